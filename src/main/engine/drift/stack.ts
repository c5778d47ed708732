import {
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import type { Service } from '@aws-sdk/client-ecs';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Aws } from '../aws/aws.ts';
import { awsErrorName } from '../aws/errors.ts';
import { askedValues, readOutsideValues } from './outside-values.ts';
import { declarationOf, type StackDeclaration, TAG } from './stack-declaration.ts';
import { createEvaluator, namesIn, type OutsideValues } from './template.ts';

export interface StackReader {
  readonly aws: Pick<Aws, 'stacks' | 'parameters'>;
  readonly signal: AbortSignal;
}

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
  if (stack === undefined) return undefined;
  const { asked, none } = askedValues();
  const declared = (outside: OutsideValues): StackDeclaration =>
    declarationOf(stack, StackResources, { text: TemplateBody, outside }, service);
  const alone = declared(none);
  if (asked.size === 0) return alone;
  return declared(await readOutsideValues(reader, { account, region }, [...asked.values()]));
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
