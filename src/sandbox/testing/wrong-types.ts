import { cbor } from '@smithy/core/cbor';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { WritableCommand } from './request-reader.ts';
import { inputsOf, type Path, type PlacedValue, sampleOf, valuesIn } from './request-values.ts';

/** For tests: a call in whose body one value is of another type than AWS's model says. */
export interface WrongTypeCall {
  readonly operation: string;
  /** The call without its mistake. */
  readonly command: WritableCommand;
  readonly what: string;
  /** The body of the request with the mistake; undefined where its protocol has no way to write it. */
  readonly changed: (body: unknown) => string | Uint8Array | undefined;
}

/** Each value of each of the operations of a module of the SDK, as something that its type does not allow. */
export function wrongTypesOf(sdk: object, operations: readonly string[]): readonly WrongTypeCall[] {
  return inputsOf(sdk, operations).flatMap(({ operation, Command, input }) =>
    valuesIn(input)
      .filter(({ path, isInPath }) => path.length > 0 && !isInPath)
      .flatMap((value) =>
        otherTypes(value).map((wrong) => ({
          operation,
          command: new Command(value.put(sampleOf(value.schema, value.rule))),
          what: `${value.path.join('.')} is ${JSON.stringify(wrong)}`,
          changed: (body) => changedBody(body, value, wrong),
        })),
      ),
  );
}

function otherTypes({ schema, rule }: PlacedValue): readonly unknown[] {
  if (schema.isStructSchema() || schema.isMapSchema()) return ['text', []];
  if (schema.isListSchema()) return ['text', {}];
  if (schema.isTimestampSchema()) return ['never'];
  if (schema.isBlobSchema()) return [7, '%'];
  if (schema.isStringSchema()) return [7, {}];
  if (schema.isBooleanSchema()) return ['yes', 1];
  if (!schema.isNumericSchema()) return [];
  return ['many', ...(rule.integer === undefined ? [] : [1.5, 2 ** (rule.integer - 1)])];
}

function changedBody(
  body: unknown,
  { path, schema }: PlacedValue,
  wrong: unknown,
): string | Uint8Array | undefined {
  const isCbor = body instanceof Uint8Array && body[0] !== OPENING_BRACE;
  if (isCbor) {
    const changed = changedAt(cbor.deserialize(body), path, wrong);
    return changed === undefined ? undefined : cbor.serialize(changed);
  }
  const text = body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : String(body);
  if (!text.startsWith('{')) return changedForm(text, schema, parameterOf(path), wrong);
  const json: unknown = JSON.parse(text);
  // A member that is the payload is the whole body, without its name.
  const isPayload = path.length > 1 && typeof json === 'object' && !Object.hasOwn(json ?? {}, path[0] ?? '');
  const changed = changedAt(json, isPayload ? path.slice(1) : path, wrong);
  return changed === undefined ? undefined : JSON.stringify(changed);
}

const OPENING_BRACE = 0x7b;

/** A copy with another value at the path; undefined where the path does not lead into the body. */
function changedAt(json: unknown, [step, ...rest]: Path, wrong: unknown): unknown {
  if (step === undefined) return wrong;
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, step)) return undefined;
  const inner = changedAt(Reflect.get(json, step), rest, wrong);
  if (inner === undefined) return undefined;
  return Array.isArray(json)
    ? json.map((each: unknown, index) => (index === step ? inner : each))
    : { ...json, [step]: inner };
}

/** Everything in a form is text, so only what is read out of a text can be of a wrong type. */
function changedForm(
  form: string,
  schema: NormalizedSchema,
  parameter: string,
  wrong: unknown,
): string | undefined {
  const parameters = new URLSearchParams(form);
  const isReadOutOfText = schema.isNumericSchema() || schema.isBooleanSchema() || schema.isTimestampSchema();
  if (!isReadOutOfText || !parameters.has(parameter)) return undefined;
  parameters.set(parameter, String(wrong));
  return parameters.toString();
}

/** The name of a value in a form, such as `Tags.member.1.Key`. */
function parameterOf(path: Path): string {
  return path.flatMap((step) => (typeof step === 'number' ? ['member', step + 1] : [step])).join('.');
}
