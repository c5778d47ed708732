import {
  DescribeExpressGatewayServiceCommand,
  DescribeServiceRevisionsCommand,
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionResponse,
  DescribeTaskSetsCommand,
  type ECSClient,
  type ExpressGatewayServiceConfiguration,
  ExpressGatewayServiceConfiguration$,
  type ServiceRevision,
  ServiceRevision$,
  TaskDefinition$,
  TaskSet$,
} from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import type { DeserializeMiddleware, MiddlewareStack, StaticStructureSchema } from '@smithy/types';
import { isObject } from '../../../shared/is-object.ts';

/** A task definition with its tags, and what ECS said of it that this version has no name for. */
export interface WholeDescription {
  readonly described: DescribeTaskDefinitionResponse;
  /** Paths such as `containerDefinitions.newField`. */
  readonly newerSettings: readonly string[];
}

/** A setting that this version has no name for, with its value as JSON. */
export interface NewerSetting {
  /** Such as `loadBalancers.newField`. */
  readonly path: string;
  readonly value: string;
}

const MOST_NAMES = 20;
const LONGEST_NAME = 100;

/**
 * Describes a revision (DescribeTaskDefinition with its tags) with the settings that AWS has added since this version was
 * made. The SDK keeps only the fields of its own model, of an answer as of a request, so a revision that is registered again loses
 * them. Throws what the client throws.
 */
export async function describeWhole(
  ecs: ECSClient,
  taskDefinition: string,
  signal: AbortSignal,
): Promise<WholeDescription> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
  const answer = readAnswer(command.middlewareStack);
  const described = await ecs.send(command, { abortSignal: signal });
  const newer = newerSettingsIn(memberOf(answer(), 'taskDefinition'), TaskDefinition$);
  return { described, newerSettings: newer.map(({ path }) => path) };
}

/** The same for service revisions by ARN (DescribeServiceRevisions), at most 20: they are all that a rollback restores from. */
export async function describeWholeServiceRevisions(
  ecs: ECSClient,
  serviceRevisionArns: readonly string[],
  signal: AbortSignal,
): Promise<readonly { readonly revision: ServiceRevision; readonly newer: readonly NewerSetting[] }[]> {
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...serviceRevisionArns] });
  const answer = readAnswer(command.middlewareStack);
  const { serviceRevisions = [] } = await ecs.send(command, { abortSignal: signal });
  const parts = listOf(answer(), 'serviceRevisions');
  return serviceRevisions.map((revision, index) => ({
    revision,
    newer: newerSettingsIn(parts[index], ServiceRevision$),
  }));
}

/** The same for the configurations of an Express service (DescribeExpressGatewayService). */
export async function describeWholeExpress(
  ecs: ECSClient,
  serviceArn: string,
  signal: AbortSignal,
): Promise<
  readonly {
    readonly configuration: ExpressGatewayServiceConfiguration;
    readonly newer: readonly NewerSetting[];
  }[]
> {
  const command = new DescribeExpressGatewayServiceCommand({ serviceArn });
  const answer = readAnswer(command.middlewareStack);
  const { service } = await ecs.send(command, { abortSignal: signal });
  const parts = listOf(memberOf(answer(), 'service'), 'activeConfigurations');
  return (service?.activeConfigurations ?? []).map((configuration, index) => ({
    configuration,
    newer: newerSettingsIn(parts[index], ExpressGatewayServiceConfiguration$),
  }));
}

/** The same for a task set (DescribeTaskSets), whose settings the next one takes over. */
export async function newerSettingsOfTaskSet(
  ecs: ECSClient,
  {
    cluster,
    service,
    taskSet,
  }: { readonly cluster: string; readonly service: string; readonly taskSet: string },
  signal: AbortSignal,
): Promise<readonly NewerSetting[]> {
  const command = new DescribeTaskSetsCommand({ cluster, service, taskSets: [taskSet] });
  const answer = readAnswer(command.middlewareStack);
  await ecs.send(command, { abortSignal: signal });
  return listOf(answer(), 'taskSets').flatMap((part) => newerSettingsIn(part, TaskSet$));
}

/** Reads the answer of a command as ECS sends it, once the command was sent. What is not JSON, the SDK reports. */
function readAnswer<I extends object, O extends object>(stack: MiddlewareStack<I, O>): () => unknown {
  let body: Uint8Array | undefined;
  const keepBody: DeserializeMiddleware<I, O> = (next) => async (args) => {
    const result = await next(args);
    body = await collectBody(result.response);
    return result;
  };
  stack.addRelativeTo(keepBody, {
    relation: 'after',
    toMiddleware: 'deserializerMiddleware',
    name: 'slipwayNewerSettings',
  });
  return () => (body === undefined ? undefined : parsed(body));
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name);
  return Array.isArray(list) ? list : [];
}

/** The body of an answer that is no error, which stays there for the SDK to read. */
async function collectBody(response: unknown): Promise<Uint8Array | undefined> {
  if (!isObject(response) || response.statusCode !== 200) return undefined;
  const { body } = response;
  if (body instanceof Uint8Array) return body;
  if (!isChunked(body)) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  Reflect.set(response, 'body', whole);
  return whole;
}

function isChunked(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** Each path once, with the values that it has in the items of lists. */
function newerSettingsIn(value: unknown, shape: StaticStructureSchema): readonly NewerSetting[] {
  const values = new Map<string, string>();
  for (const { path, value: held } of unnamedIn(value, NormalizedSchema.of(shape), [])) {
    values.set(path, `${values.get(path) ?? ''}${held}`);
  }
  return [...values].slice(0, MOST_NAMES).map(([path, held]) => ({ path, value: held }));
}

/** The values that the schema has no member for. Lists have no place in their paths. */
function unnamedIn(
  value: unknown,
  shape: NormalizedSchema,
  path: readonly string[],
): readonly NewerSetting[] {
  if (Array.isArray(value)) {
    return shape.isListSchema() ? value.flatMap((item) => unnamedIn(item, shape.getValueSchema(), path)) : [];
  }
  if (!isObject(value) || !shape.isStructSchema()) return [];
  const members = new Map(shape.structIterator());
  return Object.entries(value).flatMap(([name, held]) => {
    const member = members.get(name);
    const within = [...path, name.slice(0, LONGEST_NAME)];
    if (member !== undefined) return unnamedIn(held, member, within);
    return saysNothing(held) ? [] : [{ path: within.join('.'), value: JSON.stringify(held) }];
  });
}

/** What ECS answers where nothing was asked for. */
function saysNothing(value: unknown): boolean {
  if (value === null || value === false || value === 0 || value === '') return true;
  return typeof value === 'object' && Object.values(value).every(saysNothing);
}
