import {
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import type { Service } from '@aws-sdk/client-ecs';
import type { DeclarationKind } from '../../../shared/model/drift.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Aws } from '../aws/aws.ts';
import { awsErrorName } from '../aws/errors.ts';
import {
  Computed,
  type Declared,
  type DeclaredObject,
  type DeclaredService,
  isList,
  objectOf,
} from './declared.ts';
import {
  createEvaluator,
  LONGEST_TEMPLATE,
  namesIn,
  readTemplate,
  type Template,
  type TemplateValues,
  withApiNames,
} from './template.ts';

export interface StackReader {
  readonly aws: Pick<Aws, 'stacks'>;
  readonly signal: AbortSignal;
}

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
const TAG = 'aws:cloudformation:';

/** The name or ARN of the stack that the tags of a service name. */
export function stackOfTags({ tags = [] }: Service): string | undefined {
  const value = (name: string): string | undefined => tags.find(({ key }) => key === `${TAG}${name}`)?.value;
  return value('stack-id') ?? value('stack-name');
}

/**
 * The stack of a service: that of its tags, or, for a service without tags, that of its ARN. Undefined for a service of no
 * stack. Throws what AWS refuses about a stack that the tags name.
 */
export async function readStack(
  reader: StackReader,
  ref: ServiceRef,
  service: Service,
): Promise<StackDeclaration | undefined> {
  const id = stackOfTags(service) ?? (await stackOfArn(reader, ref, service));
  if (id === undefined) return undefined;
  const { account, region } = ref;
  const client = reader.aws.stacks({ account, region }, 'visible');
  const options = { abortSignal: reader.signal };
  const [{ Stacks = [] }, { StackResources = [] }, { TemplateBody = '' }] = await Promise.all([
    client.send(new DescribeStacksCommand({ StackName: id }), options),
    client.send(new DescribeStackResourcesCommand({ StackName: id }), options),
    // With the transforms carried out: that is what the stack was made from.
    client.send(new GetTemplateCommand({ StackName: id, TemplateStage: 'Processed' }), options),
  ]);
  const [stack] = Stacks;
  return stack === undefined ? undefined : declarationOf(stack, StackResources, TemplateBody, service);
}

/** Every service that can have tags has those of its stack. */
async function stackOfArn(
  { aws, signal }: StackReader,
  { account, region }: ServiceRef,
  { tags = [], serviceArn }: Service,
): Promise<string | undefined> {
  if (tags.length > 0 || serviceArn === undefined) return undefined;
  try {
    const command = new DescribeStackResourcesCommand({ PhysicalResourceId: serviceArn });
    const { StackResources = [] } = await aws
      .stacks({ account, region }, 'visible')
      .send(command, { abortSignal: signal });
    return StackResources[0]?.StackId;
  } catch (error) {
    // There is no such stack, or no right to ask; nothing says that there is one.
    if (signal.aborted) throw error;
    return undefined;
  }
}

/** Whether AWS says that a stack does not exist. */
export function isStackGone(error: unknown): boolean {
  return awsErrorName(error) === 'ValidationError' || awsErrorName(error) === 'ValidationException';
}

/** What a template says of a service, worked out with the values of its stack. */
export function declarationOf(
  stack: Stack,
  resources: readonly StackResource[],
  text: string,
  service: Service,
): StackDeclaration {
  const { StackName: name = '', StackId: arn = '' } = stack;
  const template = readTemplate(text);
  const values = valuesOf(stack, resources);
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

function valuesOf(stack: Stack, resources: readonly StackResource[]): TemplateValues {
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
      ['AWS::URLSuffix', partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'],
    ]),
  };
}

/** A stack for people, such as `CDK stack ShopCheckout`. */
export function stackTitle({ kind, name }: Pick<StackDeclaration, 'kind' | 'name'>): string {
  const tools = { cloudformation: 'CloudFormation', cdk: 'CDK', 'copilot-stack': 'Copilot' } as const;
  return `${tools[kind]} stack ${name}`;
}

/**
 * The one parameter that makes an image of a template another one, with its new value. Undefined where the image is no
 * parameter, or more than parameters would have to change.
 */
export function parameterFor(
  { template, values, images }: Pick<StackDeclaration, 'template' | 'values' | 'images'>,
  container: string,
  image: string,
): { readonly name: string; readonly before: string; readonly value: string } | undefined {
  const expression = images.get(container);
  for (const name of new Set(namesIn(expression))) {
    const before = values.parameters.get(name);
    if (typeof before !== 'string') continue;
    const marked = new Map(values.parameters).set(name, MARK);
    const text = createEvaluator(template, { ...values, parameters: marked })(expression);
    const [start = '', end = '', ...more] = typeof text === 'string' ? text.split(MARK) : [];
    if (typeof text !== 'string' || !text.includes(MARK) || more.length > 0) continue;
    if (image.length <= start.length + end.length || !image.startsWith(start) || !image.endsWith(end))
      continue;
    const value = image.slice(start.length, image.length - end.length);
    // A repository is no part of a tag.
    if (start !== '' && /[/]/.test(value)) continue;
    return { name, before, value };
  }
  return undefined;
}

/** No image has this character. */
const MARK = '\u0000';
