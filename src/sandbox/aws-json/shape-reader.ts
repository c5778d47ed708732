import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import { type AwsError, awsError } from './service.ts';

/** What a service answers when a required member is missing; `path` is such as `services.0.name`. */
export type MissingMember = (path: string) => AwsError;

/**
 * Reads parsed JSON as the shape that a schema describes: members that the schema does not know fall away,
 * timestamps become `Date`, blobs `Uint8Array`.
 *
 * @throws AwsError `SerializationException` where a value has the wrong type, and what `missingMember` makes where a
 * required member is absent or null.
 */
export function readShape(schema: $SchemaRef, json: unknown, missingMember: MissingMember): object {
  return readStructure(NormalizedSchema.of(schema), json, '', missingMember);
}

function readValue(schema: NormalizedSchema, json: unknown, path: string, missing: MissingMember): unknown {
  if (schema.isStructSchema()) return readStructure(schema, json, path, missing);
  if (schema.isListSchema()) return readList(schema, json, path, missing);
  if (schema.isMapSchema()) return readMap(schema, json, path, missing);
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
  missing: MissingMember,
): Record<string, unknown> {
  if (!isJsonObject(json)) throw wrongType(json, 'Structure', path);
  const required = requiredMembers(schema);
  const structure: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const memberPath = path === '' ? name : `${path}.${name}`;
    const value = Object.hasOwn(json, name) ? json[name] : undefined;
    if (value !== undefined && value !== null) {
      structure[name] = readValue(member, value, memberPath, missing);
    } else if (required.has(name)) {
      throw missing(memberPath);
    }
  }
  return structure;
}

function readList(schema: NormalizedSchema, json: unknown, path: string, missing: MissingMember): unknown[] {
  if (!Array.isArray(json)) throw wrongType(json, 'List', path);
  const item = schema.getValueSchema();
  return json.map((value, index) => readValue(item, value, `${path}.${index}`, missing));
}

function readMap(schema: NormalizedSchema, json: unknown, path: string, missing: MissingMember): object {
  if (!isJsonObject(json)) throw wrongType(json, 'Map', path);
  const value = schema.getValueSchema();
  return Object.fromEntries(
    Object.entries(json).map(([key, each]) => [key, readValue(value, each, `${path}.${key}`, missing)]),
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

const requiredBySchema = new WeakMap<object, ReadonlySet<string>>();
const NONE: ReadonlySet<string> = new Set();

/** The SDK's structure schemas list their required members first and carry the count of them. */
function requiredMembers(schema: NormalizedSchema): ReadonlySet<string> {
  const structure = schema.getSchema();
  if (!Array.isArray(structure)) return NONE;
  const known = requiredBySchema.get(structure);
  if (known !== undefined) return known;
  const names: unknown = structure[4];
  const count: unknown = structure[6];
  const required: ReadonlySet<string> =
    Array.isArray(names) && typeof count === 'number' ? new Set<string>(names.slice(0, count)) : NONE;
  requiredBySchema.set(structure, required);
  return required;
}

function wrongType(json: unknown, expected: string, path: string): AwsError {
  const found = json === null ? 'null' : Array.isArray(json) ? 'a list' : `a value of type ${typeof json}`;
  const where = path === '' ? 'The request' : `The member '${path}'`;
  return awsError('SerializationException', `${where} must be of type ${expected}, but ${found} was found.`);
}
