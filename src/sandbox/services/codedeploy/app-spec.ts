import { InvalidRevisionException$, type RevisionLocation } from '@aws-sdk/client-codedeploy';
import { type AwsError, awsError } from '../../aws-api/service.ts';
import { parseJson } from '../../core/json.ts';

/** What an AppSpec says of an ECS service. */
export interface AppSpec {
  readonly taskDefinition: string;
  readonly containerName: string | undefined;
  readonly containerPort: number | undefined;
  readonly platformVersion: string | undefined;
}

/**
 * Reads the AppSpec of a revision. Only JSON is read: the sandbox has no reader of YAML.
 *
 * @throws AwsError InvalidRevisionException
 */
export function readAppSpec(revision: RevisionLocation | undefined): AppSpec {
  const content = revision?.appSpecContent?.content ?? revision?.string?.content;
  if (content === undefined) {
    throw invalid('A deployment to Amazon ECS needs a revision of the type AppSpecContent with its content.');
  }
  const [resource] = listOf(membersOf(parse(content)).get('Resources'));
  const service = membersOf(resource).values().next().value;
  const properties = membersOf(membersOf(service).get('Properties'));
  const balancer = membersOf(properties.get('LoadBalancerInfo'));
  const taskDefinition = properties.get('TaskDefinition');
  if (typeof taskDefinition !== 'string' || taskDefinition === '') {
    throw invalid('The AppSpec file must have a TaskDefinition in Resources, TargetService, Properties.');
  }
  return {
    taskDefinition,
    containerName: textOf(balancer.get('ContainerName')),
    containerPort: numberOf(balancer.get('ContainerPort')),
    platformVersion: textOf(properties.get('PlatformVersion')),
  };
}

function parse(content: string): unknown {
  const json = parseJson(content);
  if (json !== undefined) return json;
  throw invalid('The AppSpec file is no JSON. AWS reads YAML as well, this sandbox does not.');
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function invalid(message: string): AwsError {
  return awsError(InvalidRevisionException$, message);
}
