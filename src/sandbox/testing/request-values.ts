import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { rulesOf, type ValueRule, violationsOf } from '../aws-api/value-rules.ts';
import type { WritableCommand } from './request-reader.ts';

/** The members on the way to a value, with the numbers of items from 0. */
export type Path = readonly (string | number)[];

/** A value of a request, and how another is put in its place, with what else is required on the way. */
export interface PlacedValue {
  readonly schema: NormalizedSchema;
  readonly rule: ValueRule;
  readonly path: Path;
  readonly put: (value: unknown) => unknown;
  /** Whether it is a part of the path of a REST call. */
  readonly isInPath: boolean;
}

type CommandClass = new (input: unknown) => WritableCommand;

interface OperationInput {
  readonly operation: string;
  readonly Command: CommandClass;
  readonly input: NormalizedSchema;
  readonly schema: StaticOperationSchema;
}

/** For tests: the operations of a module of the SDK, each with its command and the schema of its input. */
export function inputsOf(sdk: object, operations: readonly string[]): readonly OperationInput[] {
  return operations.flatMap((operation) => {
    const schema: unknown = Reflect.get(sdk, `${operation}$`);
    const Command: unknown = Reflect.get(sdk, `${operation}Command`);
    if (!isOperation(schema) || !isCommand(Command)) return [];
    return [{ operation, Command, schema, input: NormalizedSchema.of(schema[4]) }];
  });
}

/** Every value that a request can have, the request itself first. A structure within itself is not entered again. */
export function valuesIn(input: NormalizedSchema): readonly PlacedValue[] {
  const whole: PlacedValue = { schema: input, rule: {}, path: [], put: (value) => value, isInPath: false };
  return withInner(whole, new Set());
}

function withInner(value: PlacedValue, above: ReadonlySet<string>): readonly PlacedValue[] {
  const { schema, rule, path, put } = value;
  if (schema.isListSchema()) {
    const item = {
      schema: schema.getValueSchema(),
      rule: rule.item ?? {},
      path: [...path, 0],
      isInPath: false,
    };
    return [value, ...withInner({ ...item, put: (each) => put([each]) }, above)];
  }
  if (schema.isMapSchema()) {
    const key = keyOf(rule);
    const held = {
      schema: schema.getValueSchema(),
      rule: rule.value ?? {},
      path: [...path, key],
      isInPath: false,
    };
    return [value, ...withInner({ ...held, put: (each) => put({ [key]: each }) }, above)];
  }
  const structure = schema.getSchema();
  if (!schema.isStructSchema() || !Array.isArray(structure)) return [value];
  const name = String(structure[2]);
  if (above.has(name)) return [value];
  const rules = rulesOfSchema(schema);
  const inner = new Set([...above, name]);
  const members = [...schema.structIterator()].flatMap(([member, memberSchema]) =>
    withInner(
      {
        schema: memberSchema,
        rule: rules[member] ?? {},
        path: [...path, member],
        put: (each) => put({ ...requiredOf(schema), [member]: each }),
        isInPath: memberSchema.getMergedTraits().httpLabel !== undefined,
      },
      inner,
    ),
  );
  return [value, ...members];
}

/** A key that the rule of a map allows. */
function keyOf({ key }: ValueRule): string {
  return key?.enum?.[0] ?? 'key';
}

/** Texts of the forms that required members have. */
const SAMPLES = [
  '123456789012',
  '00000000-0000-0000-0000-000000000000',
  `sha256:${'0'.repeat(64)}`,
  'arn:aws:iam::123456789012:role/a',
  'arn:aws:signer:us-east-1:123456789012:/signing-profiles/ecr',
];

/** The rules of the members of a structure or union, by name. */
export function rulesOfSchema(schema: NormalizedSchema): Readonly<Record<string, ValueRule>> {
  const structure = schema.getSchema();
  return Array.isArray(structure) ? rulesOf(String(structure[1]), String(structure[2])) : {};
}

/** A value of each required member, and of nothing else. */
export function requiredOf(schema: NormalizedSchema): Record<string, unknown> {
  const structure = schema.getSchema();
  if (!Array.isArray(structure)) return {};
  const count: unknown = structure[6];
  const rules = rulesOfSchema(schema);
  return Object.fromEntries(
    [...schema.structIterator()]
      .slice(0, typeof count === 'number' ? count : 0)
      .map(([name, member]) => [name, sampleOf(member, rules[name])]),
  );
}

export function sampleOf(schema: NormalizedSchema, rule: ValueRule | undefined): unknown {
  if (schema.isStructSchema()) {
    const required = requiredOf(schema);
    const [first] = schema.structIterator();
    // AWS Query has no way to write an empty structure.
    if (first === undefined || Object.keys(required).length > 0) return required;
    return { [first[0]]: sampleOf(first[1], rulesOfSchema(schema)[first[0]]) };
  }
  if (schema.isListSchema()) return [sampleOf(schema.getValueSchema(), rule?.item)];
  if (schema.isMapSchema()) {
    return { [keyOf(rule ?? {})]: sampleOf(schema.getValueSchema(), rule?.value) };
  }
  if (schema.isBooleanSchema()) return false;
  if (schema.isNumericSchema()) return rule?.min ?? 1;
  if (schema.isTimestampSchema()) return new Date(0);
  if (schema.isBlobSchema()) return new Uint8Array([1]);
  const samples = [...(rule?.enum ?? []), 'a'.repeat(Math.max(rule?.min ?? 1, 1)), ...SAMPLES];
  return samples.find((sample) => violationsOf(sample, rule ?? {}, []).length === 0) ?? 'a';
}

function isOperation(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

function isCommand(value: unknown): value is CommandClass {
  return typeof value === 'function';
}
