import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import { missingValue, refusedValues } from './refused-values.ts';
import { namesOf, readShape } from './shape-reader.ts';

/**
 * Reads a request as `readShape` does, and checks its values against AWS's model.
 *
 * @throws AwsError besides, the service's own error where a required member is absent or the model does not allow a
 * value.
 */
export function readRequest(schema: $SchemaRef, json: unknown): object {
  const [namespace, name] = namesOf(NormalizedSchema.of(schema));
  const { value, violations } = readShape(schema, json, (path) => missingValue(namespace, name, path));
  if (violations.length > 0) throw refusedValues(namespace, name, violations);
  return value;
}
