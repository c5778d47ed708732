import type { $SchemaRef } from '@smithy/types';
import { refusedValues } from './refused-values.ts';
import { type MissingMember, readShape } from './shape-reader.ts';

/**
 * Reads a request as `readShape` does, and checks its values against AWS's model.
 *
 * @throws AwsError besides, the service's own error where the model does not allow a value.
 */
export function readRequest(schema: $SchemaRef, json: unknown, missingMember: MissingMember): object {
  const { value, namespace, name, violations } = readShape(schema, json, missingMember);
  if (violations.length > 0) throw refusedValues(namespace, name, violations);
  return value;
}
