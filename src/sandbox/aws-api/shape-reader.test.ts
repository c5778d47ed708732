import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef, StaticOperationSchema } from '@smithy/types';
import { describe, expect, it } from 'vitest';
import { awsError } from './service.ts';
import { readShape } from './shape-reader.ts';
import { writeShape } from './shape-writer.ts';

const missingMember = (path: readonly (string | number)[]) =>
  awsError('InvalidParameterException', path.join('.'));

function isOperation(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

/** A value with every member that the schema knows. */
function everyMember(schema: NormalizedSchema): unknown {
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()];
    return Object.fromEntries(
      (schema.isUnionSchema() ? members.slice(0, 1) : members).map(([name, member]) => [
        name,
        everyMember(member),
      ]),
    );
  }
  if (schema.isListSchema())
    return [everyMember(schema.getValueSchema()), everyMember(schema.getValueSchema())];
  if (schema.isMapSchema())
    return { key: everyMember(schema.getValueSchema()), '': everyMember(schema.getValueSchema()) };
  if (schema.isBlobSchema()) return Buffer.from([0, 1, 255]);
  if (schema.isTimestampSchema()) return new Date(1_700_000_000_123);
  if (schema.isBooleanSchema()) return false;
  if (schema.isNumericSchema()) return 0;
  return '';
}

function through(schema: $SchemaRef, value: unknown): unknown {
  return readShape(schema, JSON.parse(writeShape(schema, value as object)), missingMember).value;
}

const requests = [...Object.values(ecs), ...Object.values(ecr)]
  .filter(isOperation)
  .map((each) => ({ name: each[2], schema: each[4] }));

describe('a request of the SDK', () => {
  it.each(requests)('is read completely, including empty values: $name', ({ schema }) => {
    const value = everyMember(NormalizedSchema.of(schema));
    expect(through(schema, value)).toEqual(value);
  });
});

it('a null member is read as absent', () => {
  expect(
    readShape(ecs.ListClustersRequest$, { maxResults: null, nextToken: '' }, missingMember).value,
  ).toEqual({
    nextToken: '',
  });
});

it('a missing required member is found at any depth', () => {
  const json = { containerDefinitions: [{ logConfiguration: {} }], family: 'web' };
  expect(() => readShape(ecs.RegisterTaskDefinitionRequest$, json, missingMember)).toThrow(
    'containerDefinitions.0.logConfiguration.logDriver',
  );
});

it('a map key such as __proto__ is kept', () => {
  const json: unknown = JSON.parse(
    '{"family":"f","containerDefinitions":[{"dockerLabels":{"__proto__":"x","__type":"y"}}]}',
  );
  const read = readShape(ecs.RegisterTaskDefinitionRequest$, json, missingMember)
    .value as ecs.RegisterTaskDefinitionCommandInput;
  const labels = read.containerDefinitions?.[0]?.dockerLabels ?? {};
  expect(Object.entries(labels)).toEqual([
    ['__proto__', 'x'],
    ['__type', 'y'],
  ]);
});
