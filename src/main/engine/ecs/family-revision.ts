import type { CleanupItem } from '../../../shared/model/cleanup.ts';

/** A revision as the list of its family has it. */
export type FamilyRevision = Pick<CleanupItem, 'arn' | 'name' | 'number' | 'status'>;

/** Revisions by the name of their family, families in the order of their names. */
export function byFamily<R extends Pick<FamilyRevision, 'name'>>(
  revisions: readonly R[],
): ReadonlyMap<string, readonly R[]> {
  const families = Map.groupBy(revisions, ({ name }) => familyOf(name));
  return new Map([...families].toSorted(([one], [other]) => one.localeCompare(other)));
}

/** `web` of `web:41`. */
export function familyOf(name: string): string {
  return name.slice(0, name.lastIndexOf(':'));
}
