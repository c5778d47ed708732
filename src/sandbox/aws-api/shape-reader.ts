import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import { type AwsError, awsError } from './service.ts';

/** What a service answers when a required member is missing; `path` is such as `services.0.name`. */
export type MissingMember = (path: string) => AwsError;

/** The most values that a request has. PutLogEvents takes 10,000 events, each of them with two members. */
const MOST_VALUES = 50_000;

/** The limits of a request while it is read. */
interface Reading {
  readonly missing: MissingMember;
  valuesLeft: number;
}

/**
 * Reads parsed JSON as the shape that a schema describes: members that the schema does not know fall away,
 * timestamps become `Date`, blobs `Uint8Array`.
 *
 * @throws AwsError `SerializationException` where a value has the wrong type, or there are more than 50,000, and what
 * `missingMember` makes where a required member is absent or null.
 */
export function readShape(schema: $SchemaRef, json: unknown, missingMember: MissingMember): object {
  const reading: Reading = { missing: missingMember, valuesLeft: MOST_VALUES };
  return readStructure(NormalizedSchema.of(schema), json, '', reading);
}

function readValue(schema: NormalizedSchema, json: unknown, path: string, reading: Reading): unknown {
  reading.valuesLeft -= 1;
  if (reading.valuesLeft < 0) {
    throw awsError('SerializationException', `The request has more than ${MOST_VALUES} values.`);
  }
  if (schema.isStructSchema()) return readStructure(schema, json, path, reading);
  if (schema.isListSchema()) return readList(schema, json, path, reading);
  if (schema.isMapSchema()) return readMap(schema, json, path, reading);
  if (schema.isBlobSchema()) return Buffer.from(expectString(json, path), 'base64');
  if (schema.isTimestampSchema()) return readTimestamp(json, path);
  if (schema.isStringSchema()) return expectString(json, path);
  if (schema.isBooleanSchema()) {
    if (typeof json !== 'boolean') throw wrongType(json, 'Boolean', path);
    return json;
  }
  if (schema.isNumericSchema()) {
    if (typeof json !== 'number') throw wrongType(json, 'Number', path);
    return json;
  }
  return json;
}

function readStructure(
  schema: NormalizedSchema,
  json: unknown,
  path: string,
  reading: Reading,
): Record<string, unknown> {
  if (!isJsonObject(json)) throw wrongType(json, 'Structure', path);
  const structure: Record<string, unknown> = {};
  for (const { name, member, isRequired } of membersOf(schema)) {
    const value = Object.hasOwn(json, name) ? json[name] : undefined;
    if (value !== undefined && value !== null) {
      structure[name] = readValue(member, value, memberPath(path, name), reading);
    } else if (isRequired) {
      throw reading.missing(memberPath(path, name));
    }
  }
  return structure;
}

function memberPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function readList(schema: NormalizedSchema, json: unknown, path: string, reading: Reading): unknown[] {
  if (!Array.isArray(json)) throw wrongType(json, 'List', path);
  const item = schema.getValueSchema();
  return json.map((value, index) => readValue(item, value, `${path}.${index}`, reading));
}

function readMap(schema: NormalizedSchema, json: unknown, path: string, reading: Reading): object {
  if (!isJsonObject(json)) throw wrongType(json, 'Map', path);
  const value = schema.getValueSchema();
  return Object.fromEntries(
    Object.entries(json).map(([key, each]) => [key, readValue(value, each, `${path}.${key}`, reading)]),
  );
}

/** AWS JSON writes timestamps as seconds since 1970, with fractions. */
function readTimestamp(json: unknown, path: string): Date {
  if (typeof json !== 'number') throw wrongType(json, 'Timestamp', path);
  const date = new Date(json * 1000);
  if (Number.isNaN(date.getTime())) throw wrongType(json, 'Timestamp', path);
  return date;
}

function expectString(json: unknown, path: string): string {
  if (typeof json !== 'string') throw wrongType(json, 'String', path);
  return json;
}

function isJsonObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

interface Member {
  readonly name: string;
  readonly member: NormalizedSchema;
  readonly isRequired: boolean;
}

/** Asking a schema for its members takes long, and a list may have thousands of one structure. */
const membersBySchema = new WeakMap<object, readonly Member[]>();

function membersOf(schema: NormalizedSchema): readonly Member[] {
  const structure = schema.getSchema();
  if (!Array.isArray(structure)) return readMembers(schema, []);
  const known = membersBySchema.get(structure) ?? readMembers(schema, structure);
  membersBySchema.set(structure, known);
  return known;
}

/** The SDK's structure schemas list their required members first and carry the count of them. */
function readMembers(schema: NormalizedSchema, structure: readonly unknown[]): readonly Member[] {
  const { 4: names, 6: count } = structure;
  const required: ReadonlySet<unknown> =
    Array.isArray(names) && typeof count === 'number' ? new Set(names.slice(0, count)) : new Set();
  return [...schema.structIterator()].map(([name, member]) => ({
    name,
    member,
    isRequired: required.has(name),
  }));
}

function wrongType(json: unknown, expected: string, path: string): AwsError {
  const found = json === null ? 'null' : Array.isArray(json) ? 'a list' : `a value of type ${typeof json}`;
  const where = path === '' ? 'The request' : `The member '${path}'`;
  return awsError('SerializationException', `${where} must be of type ${expected}, but ${found} was found.`);
}
