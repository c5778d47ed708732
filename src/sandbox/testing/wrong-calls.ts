import type { NormalizedSchema } from '@smithy/core/schema';
import { type ValueRule, violationsOf } from '../aws-api/value-rules.ts';
import type { WritableCommand } from './request-reader.ts';
import {
  inputsOf,
  type Path,
  type PlacedValue,
  requiredOf,
  rulesOfSchema,
  sampleOf,
  valuesIn,
} from './request-values.ts';

/** For tests: a call with one value that AWS's model forbids, and otherwise only what is required. */
export interface WrongCall {
  readonly operation: string;
  readonly command: WritableCommand;
  /** What is wrong with it, to tell it from others. */
  readonly what: string;
  /** What the refusal must say: it names the member. */
  readonly expected: RegExp;
}

/** Every way to break a rule of the model, for each value of each of the operations of a module of the SDK. */
export function wrongCallsOf(sdk: object, operations: readonly string[]): readonly WrongCall[] {
  return inputsOf(sdk, operations).flatMap(({ operation, Command, input }) =>
    valuesIn(input).flatMap((value) =>
      [...wrongValues(value), ...wrongKeys(value), ...missingMembers(value), ...wrongUnions(value)].map(
        ({ input, path, what }) => ({
          operation,
          command: new Command(input),
          what: `${path.join('.')} ${what}`,
          expected: namedIn(path),
        }),
      ),
    ),
  );
}

interface Wrong {
  readonly input: unknown;
  readonly path: Path;
  readonly what: string;
}

/** Longer texts, and lists of more items, are not sent. */
const LONGEST_TEXT = 300_000;
const LONGEST_LIST = 5000;

function wrongValues({ schema, rule, path, put, isInPath }: PlacedValue): readonly Wrong[] {
  const { min, max, pattern } = rule;
  const wrong = (value: unknown, what: string): Wrong => ({ input: put(value), path, what });
  const isNumber = schema.isNumericSchema();
  const isText = schema.isStringSchema() || schema.isBlobSchema();
  // A part of the path cannot be empty, and what is out of a pattern may be another path.
  const canBeShort = isNumber || (min ?? 0) > (isInPath ? 1 : 0);
  const canBeLong = isNumber
    ? (max ?? 0) < 2 ** 31 - 1
    : (max ?? 0) <= (isText ? LONGEST_TEXT : LONGEST_LIST);
  return [
    ...(rule.enum === undefined ? [] : [wrong('NO_SUCH_VALUE', 'is none of an enum')]),
    ...(min === undefined || !canBeShort ? [] : [wrong(ofSize(schema, rule, min - 1), 'is too small')]),
    ...(max === undefined || !canBeLong ? [] : [wrong(ofSize(schema, rule, max + 1), 'is too large')]),
    ...(pattern === undefined || isInPath || violationsOf('\u0007', { pattern }, []).length === 0
      ? []
      : [wrong('\u0007', 'does not match a pattern')]),
  ];
}

function ofSize(schema: NormalizedSchema, rule: ValueRule, size: number): unknown {
  if (schema.isNumericSchema()) return size;
  if (schema.isBlobSchema()) return new Uint8Array(size);
  const items = Array.from({ length: size }, (_, index) => index);
  if (schema.isListSchema()) return items.map(() => sampleOf(schema.getValueSchema(), rule.item));
  if (!schema.isMapSchema()) return 'a'.repeat(size);
  return Object.fromEntries(
    items.map((index) => [`key${index}`, sampleOf(schema.getValueSchema(), rule.value)]),
  );
}

/** A map with a key that its rule forbids. */
function wrongKeys({ schema, rule, path, put }: PlacedValue): readonly Wrong[] {
  if (!schema.isMapSchema() || rule.key === undefined) return [];
  const { max = LONGEST_LIST, pattern } = rule.key;
  const keys = [
    ...(max < LONGEST_LIST ? ['a'.repeat(max + 1)] : []),
    ...(pattern === undefined ? [] : ['\u0007']),
    ...(rule.key.enum === undefined ? [] : ['NO_SUCH_VALUE']),
  ].filter((key) => violationsOf(key, rule.key ?? {}, []).length > 0);
  const held = sampleOf(schema.getValueSchema(), rule.value);
  return keys.map((key) => ({ input: put({ [key]: held }), path: [...path, key], what: 'is a wrong key' }));
}

/** A structure without each of its required members in turn. */
function missingMembers({ schema, path, put }: PlacedValue): readonly Wrong[] {
  if (!schema.isStructSchema()) return [];
  const required = requiredOf(schema);
  return Object.keys(required).flatMap((member) => {
    const { httpLabel, httpPayload } = schema.getMemberSchema(member).getMergedTraits();
    const rest = Object.fromEntries(Object.entries(required).filter(([name]) => name !== member));
    const [other] = [...schema.structIterator()].filter(([name]) => !Object.hasOwn(required, name));
    // AWS Query has no way to write an empty structure, and REST none to leave out a part of the path or the whole body.
    const isEmpty = path.length > 0 && Object.keys(rest).length === 0;
    if (httpLabel !== undefined || httpPayload !== undefined || (isEmpty && other === undefined)) return [];
    const filled = isEmpty && other !== undefined ? { [other[0]]: sampleOf(other[1], undefined) } : rest;
    return [{ input: put(filled), path: [...path, member], what: 'is missing' }];
  });
}

/** Services that speak AWS Query, which has no way to write an empty structure. */
const QUERY_NAMESPACES = ['com.amazonaws.iam', 'com.amazonaws.sts', 'com.amazonaws.elasticloadbalancingv2'];

/** A union without a member, and with two: the model allows exactly one. */
function wrongUnions({ schema, path, put }: PlacedValue): readonly Wrong[] {
  const structure = schema.getSchema();
  if (!schema.isUnionSchema() || !Array.isArray(structure)) return [];
  const members = [...schema.structIterator()].map(([name, member]) => ({
    name,
    sample: sampleOf(member, rulesOfSchema(schema)[name]),
  }));
  const [first, ...others] = members;
  return [
    ...(QUERY_NAMESPACES.includes(String(structure[1]))
      ? []
      : [{ input: put({}), path, what: 'has no member of its union' }]),
    ...others.map((other) => ({
      input: put({ ...(first && { [first.name]: first.sample }), [other.name]: other.sample }),
      path,
      what: `has ${first?.name} and ${other.name} of its union`,
    })),
  ];
}

/** The names in a refusal: items count from 1, in one of AWS's two ways of writing paths. */
export function namedIn(path: Path): RegExp {
  const steps = path.map((step) =>
    typeof step === 'number'
      ? `(?:${step + 1}\\.member|${step})`
      : step.replaceAll(/[^\w]/g, String.raw`[\s\S]`),
  );
  return new RegExp(`'${steps.join('\\.')}'`, 'i');
}
