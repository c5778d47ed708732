import {
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandInput,
  type DescribeTaskDefinitionCommandOutput,
  type DescribeTaskDefinitionResponse,
  type ECSClient,
  TaskDefinition$,
} from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import type { DeserializeMiddleware } from '@smithy/types';
import { isObject } from '../../../shared/is-object.ts';

/** A task definition with its tags, and what ECS said of it that this version has no name for. */
export interface WholeDescription {
  readonly described: DescribeTaskDefinitionResponse;
  /** Paths such as `containerDefinitions.newField`. */
  readonly newerSettings: readonly string[];
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
  let newerSettings: readonly string[] = [];
  const readNewer: DeserializeMiddleware<
    DescribeTaskDefinitionCommandInput,
    DescribeTaskDefinitionCommandOutput
  > = (next) => async (args) => {
    const result = await next(args);
    const body = await collectBody(result.response);
    if (body !== undefined) newerSettings = newerSettingsIn(body);
    return result;
  };
  command.middlewareStack.addRelativeTo(readNewer, {
    relation: 'after',
    toMiddleware: 'deserializerMiddleware',
    name: 'slipwayNewerSettings',
  });
  const described = await ecs.send(command, { abortSignal: signal });
  return { described, newerSettings };
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

/** What is no JSON is the SDK's to report. */
function newerSettingsIn(body: Uint8Array): readonly string[] {
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(body));
    const definition = isObject(answer) ? answer.taskDefinition : undefined;
    const names = unnamedIn(definition, NormalizedSchema.of(TaskDefinition$), []);
    return [...new Set(names)].slice(0, MOST_NAMES);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** The paths of the values that the schema has no member for. Lists have no place in them. */
function unnamedIn(value: unknown, shape: NormalizedSchema, path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) {
    return shape.isListSchema() ? value.flatMap((item) => unnamedIn(item, shape.getValueSchema(), path)) : [];
  }
  if (!isObject(value) || !shape.isStructSchema()) return [];
  const members = new Map(shape.structIterator());
  return Object.entries(value).flatMap(([name, held]) => {
    const member = members.get(name);
    const within = [...path, name.slice(0, LONGEST_NAME)];
    if (member !== undefined) return unnamedIn(held, member, within);
    return saysNothing(held) ? [] : [within.join('.')];
  });
}

/** What ECS answers where nothing was asked for. */
function saysNothing(value: unknown): boolean {
  if (value === null || value === false || value === 0 || value === '') return true;
  return typeof value === 'object' && Object.values(value).every(saysNothing);
}
