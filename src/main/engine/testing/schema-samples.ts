import {
  type RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionRequest$,
  type ServiceRevision,
  ServiceRevision$,
} from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';

/** Test data made from the SDK's schema of RegisterTaskDefinition, so that new fields come in by themselves. */
const schema = NormalizedSchema.of(RegisterTaskDefinitionRequest$);

/** What a text or number field has to be, by its path, such as `containerDefinitions.ulimits.name`. */
type ValidTexts = Readonly<Record<string, readonly string[]>>;

/** A task definition that has every field of the schema: with a value of its own, unless only some are valid. */
export function taskDefinitionWithEveryMember(valid: ValidTexts = {}): RegisterTaskDefinitionRequest {
  let count = 0;
  const fill = (shape: NormalizedSchema, path: string): unknown => {
    count += 1;
    if (shape.isStructSchema()) {
      return Object.fromEntries(
        [...shape.structIterator()].map(([name, member]) => [
          name,
          fill(member, path === '' ? name : `${path}.${name}`),
        ]),
      );
    }
    if (shape.isListSchema()) {
      return [fill(shape.getValueSchema(), path), fill(shape.getValueSchema(), path)];
    }
    const name = path.slice(path.lastIndexOf('.') + 1);
    if (shape.isMapSchema()) return { [`${name}-${count}`]: fill(shape.getValueSchema(), path) };
    if (shape.isBooleanSchema()) return count % 2 === 0;
    if (shape.isNumericSchema()) return Number(valid[path]?.[0] ?? count);
    return valid[path]?.[0] ?? `${name}-${count}`;
  };
  return fill(schema, '') as RegisterTaskDefinitionRequest;
}

/** Any task definition of the schema; lists and strings are kept small. */
export function anyTaskDefinition(): fc.Arbitrary<RegisterTaskDefinitionRequest> {
  return anyOf(schema, 'family') as fc.Arbitrary<RegisterTaskDefinitionRequest>;
}

/** Any service revision of the schema. */
export function anyServiceRevision(): fc.Arbitrary<ServiceRevision> {
  return anyOf(NormalizedSchema.of(ServiceRevision$), '') as fc.Arbitrary<ServiceRevision>;
}

function anyOf(whole: NormalizedSchema, wholeName: string): fc.Arbitrary<unknown> {
  const build = (shape: NormalizedSchema, name: string): fc.Arbitrary<unknown> => {
    if (shape.isStructSchema()) {
      const members = [...shape.structIterator()].map(([key, member]) => [key, build(member, key)] as const);
      return fc.record(Object.fromEntries(members), { requiredKeys: [] });
    }
    if (shape.isListSchema()) return fc.array(build(shape.getValueSchema(), name), { maxLength: 2 });
    if (shape.isMapSchema()) {
      return fc.dictionary(fc.constantFrom('a', 'b'), build(shape.getValueSchema(), name), { maxKeys: 2 });
    }
    if (shape.isBooleanSchema()) return fc.boolean();
    if (shape.isNumericSchema()) return fc.constantFrom(0, 1, 8080);
    if (shape.isTimestampSchema()) return fc.constantFrom(new Date(0), new Date(1));
    return fc.constantFrom('', 'a', 'b', name);
  };
  return build(whole, wholeName);
}
