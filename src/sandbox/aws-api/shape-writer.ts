import { JsonCodec } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';

// The settings of AWS JSON 1.1: timestamps are epoch seconds (7) unless a trait says otherwise.
const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

/** Writes a response as AWS JSON text; members that the schema does not know fall away. */
export function writeShape(schema: $SchemaRef, value: object): string {
  const normalized = NormalizedSchema.of(schema);
  // An operation without output answers an empty object.
  if (normalized.isUnitSchema()) return '{}';
  const serializer = codec.createSerializer();
  serializer.write(normalized, value);
  return String(serializer.flush());
}

/** The member that is the whole body; undefined where each member has a place of its own. */
export function payloadOf(
  schema: $SchemaRef,
): { readonly name: string; readonly schema: NormalizedSchema } | undefined {
  const normalized = NormalizedSchema.of(schema);
  if (!normalized.isStructSchema()) return undefined;
  for (const [name, member] of normalized.structIterator()) {
    if (member.getMergedTraits().httpPayload !== undefined) return { name, schema: member };
  }
  return undefined;
}
