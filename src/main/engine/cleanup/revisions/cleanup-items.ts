import type { CleanupItem, CleanupPolicy, FamilyTotal } from '../../../../shared/model/cleanup.ts';
import type { UseGraph } from '../../use/use-graph.ts';

/** A revision as the list of its family has it. */
export type FamilyRevision = Pick<CleanupItem, 'arn' | 'name' | 'number' | 'status'>;

/** Why revisions that nothing uses stay all the same, by ARN: their age, or a tag. */
export type Protection = ReadonlyMap<string, string>;

/** Deregistrations that ECS allows in the long run: one a second. Deletions are ten in a call, a call a second. */
const DEREGISTRATION_MS = 1000;
const DELETION_CALL_MS = 1000;
/** DeleteTaskDefinitions takes no more. */
export const MOST_DELETED_AT_ONCE = 10;

/**
 * What goes and what stays, family by family, newest first, each with its reason. What is in use stays, and so do
 * the newest ones of each family: of the ACTIVE ones by themselves, so that INACTIVE numbers in between do not count
 * against them.
 */
export function cleanupItems(
  revisions: readonly FamilyRevision[],
  uses: UseGraph,
  policy: CleanupPolicy,
  protection: Protection = new Map(),
): readonly CleanupItem[] {
  return [...byFamily(revisions).values()].flatMap((family) =>
    itemsOfFamily(family, uses, policy, protection),
  );
}

function itemsOfFamily(
  revisions: readonly FamilyRevision[],
  uses: UseGraph,
  policy: CleanupPolicy,
  protection: Protection,
): readonly CleanupItem[] {
  const newestFirst = revisions.toSorted((one, other) => other.number - one.number);
  const active = newestFirst.filter(({ status }) => status === 'ACTIVE');
  const newest = new Set(
    [...newestFirst.slice(0, policy.keepNewest), ...active.slice(0, policy.keepNewest)].map(({ arn }) => arn),
  );
  return newestFirst.map((revision) => {
    const [use] = uses.get(revision.arn) ?? [];
    if (use !== undefined) return keep(revision, use);
    if (newest.has(revision.arn)) return keep(revision, newestReason(policy.keepNewest));
    if (revision.status !== 'ACTIVE' && revision.status !== 'INACTIVE')
      return keep(revision, 'ECS is deleting it');
    if (revision.status === 'INACTIVE' && !policy.deleteForGood) return keep(revision, 'inactive already');
    const reason = protection.get(revision.arn);
    if (reason !== undefined) return keep(revision, reason);
    return remove(
      revision,
      revision.status === 'ACTIVE' ? 'nothing uses it' : 'inactive, and nothing uses it',
    );
  });
}

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

/** How many go and stay of each family. */
export function familyTotals(items: readonly CleanupItem[]): readonly FamilyTotal[] {
  return [...byFamily(items)].map(([family, ofFamily]) => {
    const removing = ofFamily.filter(({ verdict }) => verdict === 'remove').length;
    return { family, removing, keeping: ofFamily.length - removing };
  });
}

/** Milliseconds that a removal takes at the rate that AWS allows: both kinds of calls go on side by side. */
export function expectedMs(revisions: { readonly active: number; readonly deleting: number }): number {
  const deletions = Math.ceil(revisions.deleting / MOST_DELETED_AT_ONCE) * DELETION_CALL_MS;
  return Math.max(revisions.active * DEREGISTRATION_MS, deletions);
}

function newestReason(keepNewest: number): string {
  return keepNewest === 1 ? 'the newest one' : `one of the newest ${keepNewest}`;
}

function keep(revision: FamilyRevision, reason: string): CleanupItem {
  return { ...revision, verdict: 'keep', reason };
}

function remove(revision: FamilyRevision, reason: string): CleanupItem {
  return { ...revision, verdict: 'remove', reason };
}
