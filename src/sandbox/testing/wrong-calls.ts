import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { rulesOf, type ValueRule, violationsOf } from '../aws-api/value-rules.ts';

/** For tests: a call with one value that AWS's model forbids, and otherwise only what is required. */
export interface WrongCall {
  readonly operation: string;
  readonly command: object;
  /** What is wrong with it, to tell it from others. */
  readonly what: string;
  /** What the refusal must say: it names the member. */
  readonly expected: RegExp;
}

type Path = readonly (string | number)[];
/** How a value is put where it belongs in a request. */
type Put = (value: unknown) => unknown;

/** Every way to break a rule of the model, for each member of each of the operations of a module of the SDK. */
export function wrongCallsOf(sdk: object, operations: readonly string[]): readonly WrongCall[] {
  return operations.flatMap((operation) => {
    const schema: unknown = Reflect.get(sdk, `${operation}$`);
    const Command: unknown = Reflect.get(sdk, `${operation}Command`);
    if (!isOperation(schema) || !isCommand(Command)) return [];
    const wrongs = wrongsIn(NormalizedSchema.of(schema[4]), [], (value) => value, new Set());
    return wrongs.map(({ input, path, what }) => ({
      operation,
      command: new Command(input),
      what: `${path.join('.')} ${what}`,
      expected: new RegExp(`'${path.map(stepOf).join('\\.')}'`, 'i'),
    }));
  });
}

function stepOf(step: string | number): string {
  return typeof step === 'number' ? `${step + 1}\\.member` : step;
}

interface Wrong {
  readonly input: unknown;
  readonly path: Path;
  readonly what: string;
}

function wrongsIn(
  schema: NormalizedSchema,
  path: Path,
  put: Put,
  above: ReadonlySet<string>,
): readonly Wrong[] {
  if (schema.isListSchema()) {
    return wrongsIn(schema.getValueSchema(), [...path, 0], (value) => put([value]), above);
  }
  if (schema.isMapSchema()) {
    return wrongsIn(schema.getValueSchema(), [...path, 'key'], (value) => put({ key: value }), above);
  }
  const structure = schema.getSchema();
  if (!schema.isStructSchema() || !Array.isArray(structure)) return [];
  const name = String(structure[2]);
  if (above.has(name)) return [];
  const rules = rulesOf(String(structure[1]), name);
  const inner = new Set([...above, name]);
  return [...schema.structIterator()].flatMap(([member, memberSchema]) => {
    const where = [...path, member];
    const putMember: Put = (value) => put({ ...requiredOf(schema), [member]: value });
    const rule = rules[member];
    return [
      ...(rule === undefined ? [] : wrongValues(rule, memberSchema, where, putMember)),
      ...wrongsIn(memberSchema, where, putMember, inner),
    ];
  });
}

const MOST_LONG = 5000;

function wrongValues(rule: ValueRule, schema: NormalizedSchema, path: Path, put: Put): readonly Wrong[] {
  const { min, max, pattern, item } = rule;
  const traits = schema.getMergedTraits();
  // A part of the path cannot be empty, and what is out of a pattern may be another path.
  const isInPath = traits.httpLabel !== undefined;
  const wrong = (value: unknown, what: string): Wrong => ({ input: put(value), path, what });
  const isNumber = schema.isNumericSchema();
  const sized = (size: number): unknown => {
    if (isNumber) return size;
    if (schema.isListSchema())
      return Array.from({ length: size }, () => sampleOf(schema.getValueSchema(), rule.item));
    if (schema.isMapSchema()) {
      return Object.fromEntries(
        Array.from({ length: size }, (_, index) => [
          `key${index}`,
          sampleOf(schema.getValueSchema(), rule.value),
        ]),
      );
    }
    return schema.isBlobSchema() ? new Uint8Array(size) : 'a'.repeat(size);
  };
  const canBeShort = isNumber || (min ?? 0) > (isInPath ? 1 : 0);
  return [
    ...(rule.enum === undefined ? [] : [wrong('NO_SUCH_VALUE', 'is none of an enum')]),
    ...(min === undefined || !canBeShort ? [] : [wrong(sized(min - 1), 'is too small')]),
    ...(max === undefined || (!isNumber && max > MOST_LONG) || max >= 2 ** 31 - 1
      ? []
      : [wrong(sized(max + 1), 'is too large')]),
    ...(pattern === undefined || isInPath || violationsOf('\u0007', { pattern }, []).length === 0
      ? []
      : [wrong('\u0007', 'does not match a pattern')]),
    ...(item === undefined || !schema.isListSchema()
      ? []
      : wrongValues(item, schema.getValueSchema(), [...path, 0], (value) => put([value]))),
  ];
}

/** Texts of the forms that required members have. */
const SAMPLES = [
  '123456789012',
  '00000000-0000-0000-0000-000000000000',
  `sha256:${'0'.repeat(64)}`,
  'arn:aws:iam::123456789012:role/a',
  'arn:aws:signer:us-east-1:123456789012:/signing-profiles/ecr',
];

function rulesOfSchema(schema: NormalizedSchema): Readonly<Record<string, ValueRule>> {
  const structure = schema.getSchema();
  return Array.isArray(structure) ? rulesOf(String(structure[1]), String(structure[2])) : {};
}

/** A value of each required member, and of nothing else. */
function requiredOf(schema: NormalizedSchema): Record<string, unknown> {
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

function sampleOf(schema: NormalizedSchema, rule: ValueRule | undefined): unknown {
  if (schema.isStructSchema()) {
    const required = requiredOf(schema);
    const [first] = schema.structIterator();
    // AWS Query has no way to write an empty structure.
    if (first === undefined || Object.keys(required).length > 0) return required;
    return { [first[0]]: sampleOf(first[1], rulesOfSchema(schema)[first[0]]) };
  }
  if (schema.isListSchema()) return [sampleOf(schema.getValueSchema(), rule?.item)];
  if (schema.isMapSchema()) return { key: sampleOf(schema.getValueSchema(), rule?.value) };
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

function isCommand(value: unknown): value is new (input: unknown) => object {
  return typeof value === 'function';
}
