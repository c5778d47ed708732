import type { CleanupItem, CleanupPolicy, FamilyTotal } from '../../../../shared/model/cleanup.ts';
import { byFamily, type FamilyRevision } from '../../ecs/family-revision.ts';
import type { UseGraph } from '../../use/use-graph.ts';

/** Why revisions that nothing uses stay anyway, by ARN: their age, or a tag. */
export type Protection = ReadonlyMap<string, string>;

/**
 * What is removed and what is kept, family by family, newest first, each with its reason. What is in use stays, and so
 * do the newest ones of each family: of the ACTIVE ones by themselves, so that INACTIVE numbers in between do not count
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
    if (revision.status === 'INACTIVE' && !policy.deletePermanently)
      return keep(revision, 'inactive already');
    const reason = protection.get(revision.arn);
    if (reason !== undefined) return keep(revision, reason);
    return remove(revision, revision.status === 'ACTIVE' ? 'not in use' : 'inactive and not in use');
  });
}

/** How many are removed and kept of each family. */
export function familyTotals(items: readonly CleanupItem[]): readonly FamilyTotal[] {
  return [...byFamily(items)].map(([family, ofFamily]) => {
    const removing = ofFamily.filter(({ verdict }) => verdict === 'remove').length;
    return { family, removing, keeping: ofFamily.length - removing };
  });
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
