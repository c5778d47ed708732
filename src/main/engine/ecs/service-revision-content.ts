import { type ServiceRevision, type UpdateServiceRequest, UpdateServiceRequest$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticStructureSchema } from '@smithy/types';
import { canonicalJson } from './canonical-json.ts';
import { expressSettingsOf } from './express-settings.ts';

/** What of a service revision UpdateService takes besides the task definition, by the SDK's own types. */
export type RestorableMember = Exclude<keyof ServiceRevision & keyof UpdateServiceRequest, 'taskDefinition'>;

/** The fields of a structure of the SDK, by name. */
export function membersOf(shape: StaticStructureSchema): ReadonlyMap<string, NormalizedSchema> {
  return new Map(NormalizedSchema.of(shape).structIterator());
}

const ofAnUpdate = membersOf(UpdateServiceRequest$);

/**
 * The settings of a service that UpdateService can take back from a service revision (capacity, network, load balancers
 * and the like), or UpdateExpressGatewayService, as one text: equal text means equal settings. Lists count as sets, and what is empty or off as left out.
 */
export function restorableText(revision: ServiceRevision): string {
  const fields = Object.entries(revision).filter(
    ([name]) => name !== 'taskDefinition' && ofAnUpdate.has(name),
  );
  const express = expressSettingsOf(revision);
  return comparableText(withoutNothing({ ...Object.fromEntries(fields), express }));
}

/** Equal text for equal values, whatever the order of their lists. */
export function comparableText(value: unknown): string {
  return canonicalJson(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted).map((item) => ({ item, key: canonicalJson(item) }));
    return items.toSorted((one, other) => (one.key < other.key ? -1 : 1)).map(({ item }) => item);
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, sorted(field)]));
}

function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const fields = Object.entries(value)
    .map(([name, field]) => [name, withoutNothing(field)] as const)
    .filter(([, field]) => !isNothing(field));
  return Object.fromEntries(fields);
}

/** What ECS may leave out of its answers. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true;
  if (value instanceof Date) return false;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
