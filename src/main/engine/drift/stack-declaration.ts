import type { Stack, StackResource } from '@aws-sdk/client-cloudformation';
import type { Service } from '@aws-sdk/client-ecs';
import type { DeclarationKind } from '../../../shared/model/drift.ts';
import { dnsSuffixOf } from '../aws/partitions.ts';
import {
  Computed,
  type Declared,
  type DeclaredObject,
  type DeclaredService,
  isList,
  objectOf,
} from './declared.ts';
import { LONGEST_TEMPLATE, readTemplate, type Template } from './read-template.ts';
import {
  createEvaluator,
  namesIn,
  type OutsideValues,
  type TemplateValues,
  withApiNames,
} from './template.ts';

/** A stack that a service is a resource of, and what its template says of the service. */
export interface StackDeclaration {
  readonly kind: Extract<DeclarationKind, 'cloudformation' | 'cdk' | 'copilot-stack'>;
  readonly name: string;
  readonly arn: string;
  readonly declared: DeclaredService;
  readonly notes: readonly string[];
  /** The name of its task definition in the template. */
  readonly taskDefinition?: string;
  /** Where CDK has the task definition in its tree of constructs. */
  readonly construct?: string;
  /** The expressions of the images, by container, and what they are worked out with. */
  readonly images: ReadonlyMap<string, Declared>;
  readonly template: Template;
  readonly values: TemplateValues;
}

/** CloudFormation sets these tags on all that it creates, where the resource can have tags. */
export const TAG = 'aws:cloudformation:';

/** What a template says of a service, worked out with the values of its stack. */
export function declarationOf(
  stack: Stack,
  resources: readonly StackResource[],
  { text, outside }: { readonly text: string; readonly outside: OutsideValues },
  service: Service,
): StackDeclaration {
  const { StackName: name = '', StackId: arn = '' } = stack;
  const template = readTemplate(text);
  const values = { ...valuesOf(stack, resources), outside };
  const common = { name, arn, values, template: template ?? {} };
  if (template === undefined) {
    const why =
      text.length > LONGEST_TEMPLATE
        ? `The template of ${name} is larger than 1 MB, so it is not read.`
        : `The template of ${name} is neither JSON nor YAML that Slipway reads.`;
    return { ...common, kind: kindOf({}, undefined, service), declared: {}, notes: [why], images: new Map() };
  }
  const all = objectOf(template.Resources) ?? {};
  const logicalId = logicalIdOf(service, resources);
  const resource = logicalId === undefined ? undefined : objectOf(all[logicalId]);
  const kind = kindOf(all, resource, service);
  const properties = objectOf(resource?.Properties);
  if (properties === undefined) {
    const notes = [`The template of ${name} has no resource ${logicalId ?? 'for this service'}.`];
    return { ...common, kind, declared: {}, notes, images: new Map() };
  }
  const evaluate = createEvaluator(template, values);
  const count = evaluate(properties.DesiredCount);
  const grace = evaluate(properties.HealthCheckGracePeriodSeconds);
  const network = networkOf(evaluate(properties.NetworkConfiguration));
  const taskDefinition = resourceOf(properties.TaskDefinition, all);
  const content = taskDefinition === undefined ? undefined : objectOf(all[taskDefinition]);
  const evaluated = evaluate(content?.Properties);
  const declaredContent = evaluated === undefined ? undefined : objectOf(withApiNames(evaluated));
  const revision = declaredContent === undefined ? evaluate(properties.TaskDefinition) : undefined;
  const construct = objectOf(content?.Metadata)?.['aws:cdk:path'];
  return {
    ...common,
    kind,
    declared: {
      ...(count === undefined ? {} : { desiredCount: count }),
      ...(network === undefined ? {} : { network }),
      ...(grace === undefined ? {} : { healthCheckGracePeriodSeconds: grace }),
      ...(declaredContent === undefined ? {} : { taskDefinition: declaredContent }),
      ...(revision === undefined ? {} : { revision }),
    },
    notes: [],
    images: imagesOf(objectOf(content?.Properties)),
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...(typeof construct === 'string' ? { construct } : {}),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-networkconfiguration.html */
function networkOf(evaluated: Declared | undefined): Declared | undefined {
  if (evaluated === undefined || evaluated instanceof Computed) return evaluated;
  const { awsvpcConfiguration: awsvpc } = objectOf(withApiNames(evaluated)) ?? {};
  return awsvpc;
}

function kindOf(
  all: DeclaredObject,
  resource: DeclaredObject | undefined,
  { tags = [] }: Service,
): StackDeclaration['kind'] {
  if (tags.some(({ key }) => key?.startsWith('copilot-') === true)) return 'copilot-stack';
  // https://docs.aws.amazon.com/cdk/v2/guide/usage-data.html
  const hasPath = objectOf(resource?.Metadata)?.['aws:cdk:path'] !== undefined;
  return hasPath || all.CDKMetadata !== undefined ? 'cdk' : 'cloudformation';
}

function logicalIdOf(
  { tags = [], serviceArn }: Service,
  resources: readonly StackResource[],
): string | undefined {
  const tag = tags.find(({ key }) => key === `${TAG}logical-id`)?.value;
  return tag ?? resources.find((each) => each.PhysicalResourceId === serviceArn)?.LogicalResourceId;
}

/** The task definition of the template that a service refers to. */
function resourceOf(reference: Declared | undefined, all: DeclaredObject): string | undefined {
  return namesIn(reference).find((name) => objectOf(all[name])?.Type === 'AWS::ECS::TaskDefinition');
}

function imagesOf(properties: DeclaredObject | undefined): ReadonlyMap<string, Declared> {
  const { ContainerDefinitions: containers } = properties ?? {};
  const images = new Map<string, Declared>();
  for (const each of isList(containers) ? containers : []) {
    const { Name: name, Image: image } = objectOf(each) ?? {};
    if (typeof name === 'string' && image !== undefined) images.set(name, image);
  }
  return images;
}

/** CloudFormation answers `****` for a parameter with NoEcho. */
const HIDDEN = '****';

function valuesOf(stack: Stack, resources: readonly StackResource[]): Omit<TemplateValues, 'outside'> {
  const { StackName: name = '', StackId: arn = '', Parameters = [] } = stack;
  const [, partition = 'aws', , region = '', account = ''] = arn.split(':');
  return {
    parameters: new Map(
      Parameters.map(({ ParameterKey: key = '', ParameterValue: value, ResolvedValue: resolved }) => {
        const known = resolved ?? value;
        return [key, known === undefined || known === HIDDEN ? new Computed(`the parameter ${key}`) : known];
      }),
    ),
    resources: new Map(
      resources.flatMap(({ LogicalResourceId: id, PhysicalResourceId: physical }): [string, string][] =>
        id === undefined || physical === undefined ? [] : [[id, physical]],
      ),
    ),
    pseudo: new Map([
      ['AWS::AccountId', account],
      ['AWS::Partition', partition],
      ['AWS::Region', region],
      ['AWS::StackId', arn],
      ['AWS::StackName', name],
      ['AWS::URLSuffix', dnsSuffixOf(region)],
    ]),
  };
}
