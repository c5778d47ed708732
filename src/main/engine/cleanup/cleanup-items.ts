import type { CleanupItem, CleanupPolicy } from '../../../shared/model/cleanup.ts';
import type { UseGraph } from './use-graph.ts';

/** A revision as the list of its family has it. */
export type FamilyRevision = Pick<CleanupItem, 'arn' | 'name' | 'number' | 'status'>;

/** Deregistrations that ECS allows in the long run: one a second. Deletions are ten in a call, a call a second. */
const DEREGISTRATION_MS = 1000;
const DELETION_CALL_MS = 1000;
/** DeleteTaskDefinitions takes no more. */
export const MOST_DELETED_AT_ONCE = 10;

/**
 * What goes and what stays of a family, newest first, each with its reason. What is in use stays, and so do the
 * newest ones: of the ACTIVE ones by themselves, so that INACTIVE numbers in between do not count against them.
 */
export function cleanupItems(
  revisions: readonly FamilyRevision[],
  uses: UseGraph,
  policy: CleanupPolicy,
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
    if (revision.status === 'ACTIVE') return remove(revision, 'nothing uses it');
    if (revision.status !== 'INACTIVE') return keep(revision, 'ECS is deleting it');
    return policy.deleteForGood
      ? remove(revision, 'inactive, and nothing uses it')
      : keep(revision, 'inactive already');
  });
}

/** Milliseconds that the removal takes at the rate that AWS allows. */
export function expectedCleanupMs(items: readonly CleanupItem[], policy: CleanupPolicy): number {
  const going = items.filter(({ verdict }) => verdict === 'remove');
  const deregistrations = going.filter(({ status }) => status === 'ACTIVE').length;
  const deletions = policy.deleteForGood ? Math.ceil(going.length / MOST_DELETED_AT_ONCE) : 0;
  return deregistrations * DEREGISTRATION_MS + deletions * DELETION_CALL_MS;
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
