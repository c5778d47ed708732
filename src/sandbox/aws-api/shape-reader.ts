import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import { type AwsError, awsError } from './service.ts';
import { rulesOf, type ValueRule, type Violation, violationsOf } from './value-rules.ts';

/** What a service answers when a required member is missing. */
export type MissingMember = (path: Path) => AwsError;

/** The most values that a request has. PutLogEvents takes 10,000 events, each of them with two members. */
const MOST_VALUES = 50_000;

/** The members on the way to a value, such as `services`, `0`, `name`, with the numbers of items from 0. */
type Path = readonly (string | number)[];

/** The limits of a request while it is read, and what it breaks. */
interface Reading {
  readonly missing: MissingMember;
  /** Values that AWS's model does not allow, in the order in which they were read. */
  readonly violations: Violation[];
  valuesLeft: number;
}

/** A value of a shape, and what AWS's model does not allow of it. */
export interface ReadShape {
  readonly value: object;
  readonly violations: readonly Violation[];
}

/**
 * Reads parsed JSON as the shape that a schema describes: members that the schema does not know fall away,
 * timestamps become `Date`, blobs `Uint8Array`.
 *
 * @throws AwsError `SerializationException` where a value has the wrong type, or there are more than 50,000, and what
 * `missingMember` makes where a required member is absent or null.
 */
export function readShape(schema: $SchemaRef, json: unknown, missingMember: MissingMember): ReadShape {
  const reading: Reading = { missing: missingMember, violations: [], valuesLeft: MOST_VALUES };
  const value = readStructure(NormalizedSchema.of(schema), json, [], reading);
  return { value, violations: reading.violations };
}

function readValue(schema: NormalizedSchema, json: unknown, path: Path, reading: Reading): unknown {
  reading.valuesLeft -= 1;
  if (reading.valuesLeft < 0) {
    throw awsError('SerializationException', `The request has more than ${MOST_VALUES} values.`);
  }
  if (schema.isStructSchema()) return readStructure(schema, json, path, reading);
  if (schema.isListSchema()) return readList(schema, json, path, reading);
  if (schema.isMapSchema()) return readMap(schema, json, path, reading);
  if (schema.isBlobSchema()) return readBlob(json, path);
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
  path: Path,
  reading: Reading,
): Record<string, unknown> {
  if (!isJsonObject(json)) throw wrongType(json, 'Structure', path);
  const structure: Record<string, unknown> = {};
  for (const { name, member, isRequired, rule } of membersOf(schema)) {
    const value = Object.hasOwn(json, name) ? json[name] : undefined;
    if (value !== undefined && value !== null) {
      const where = [...path, name];
      structure[name] = readValue(member, value, where, reading);
      if (rule !== undefined) reading.violations.push(...violationsOf(structure[name], rule, where));
    } else if (isRequired) {
      throw reading.missing([...path, name]);
    }
  }
  if (schema.isUnionSchema() && Object.keys(structure).length !== 1) throw wrongUnion(path);
  return structure;
}

function readList(schema: NormalizedSchema, json: unknown, path: Path, reading: Reading): unknown[] {
  if (!Array.isArray(json)) throw wrongType(json, 'List', path);
  const item = schema.getValueSchema();
  return json.map((value, index) => readValue(item, value, [...path, index], reading));
}

function readMap(schema: NormalizedSchema, json: unknown, path: Path, reading: Reading): object {
  if (!isJsonObject(json)) throw wrongType(json, 'Map', path);
  const value = schema.getValueSchema();
  return Object.fromEntries(
    Object.entries(json).map(([key, each]) => [key, readValue(value, each, [...path, key], reading)]),
  );
}

/** AWS JSON writes timestamps as seconds since 1970, with fractions. */
function readTimestamp(json: unknown, path: Path): Date {
  if (typeof json !== 'number') throw wrongType(json, 'Timestamp', path);
  const date = new Date(json * 1000);
  if (Number.isNaN(date.getTime())) throw wrongType(json, 'Timestamp', path);
  return date;
}

/** The padding may be left out. */
const PADDING = /={1,2}$/;
const NOT_BASE64 = /[^A-Za-z0-9+/]/;

/** CBOR carries bytes as they are, JSON in base64. */
function readBlob(json: unknown, path: Path): Uint8Array {
  if (json instanceof Uint8Array) return json;
  const text = expectString(json, path);
  if (NOT_BASE64.test(text.replace(PADDING, ''))) throw wrongType(json, 'Blob in base64', path);
  return Buffer.from(text, 'base64');
}

function expectString(json: unknown, path: Path): string {
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
  readonly rule: ValueRule | undefined;
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
  const rules = rulesOf(...namesOf(schema));
  return [...schema.structIterator()].map(([name, member]) => ({
    name,
    member,
    isRequired: required.has(name),
    rule: Object.hasOwn(rules, name) ? rules[name] : undefined,
  }));
}

/** The namespace and the name of a structure, such as `com.amazonaws.ecs` and `ListServicesRequest`. */
export function namesOf(schema: NormalizedSchema): readonly [string, string] {
  const structure = schema.getSchema();
  return Array.isArray(structure) ? [String(structure[1]), String(structure[2])] : ['', ''];
}

/** Smithy's JSON protocols know a union by its one member. */
function wrongUnion(path: Path): AwsError {
  const message = `The member '${path.join('.')}' is a union: it must have exactly one member.`;
  return awsError('SerializationException', message);
}

function wrongType(json: unknown, expected: string, path: Path): AwsError {
  const found = json === null ? 'null' : Array.isArray(json) ? 'a list' : `a value of type ${typeof json}`;
  const where = path.length === 0 ? 'The request' : `The member '${path.join('.')}'`;
  return awsError('SerializationException', `${where} must be of type ${expected}, but ${found} was found.`);
}
