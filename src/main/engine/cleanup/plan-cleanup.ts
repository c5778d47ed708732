import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { Scope } from '../../../shared/model/account.ts';
import { CleanupItem, type CleanupPlan, CleanupPolicy } from '../../../shared/model/cleanup.ts';
import type { FamilyRef } from '../../../shared/model/revision.ts';
import { Family } from '../../../shared/model/revision.ts';
import type { Journal } from '../journal/journal.ts';
import type { CleanupDependencies } from './cleanup-dependencies.ts';
import { cleanupItems, expectedCleanupMs } from './cleanup-items.ts';
import { readFamily } from './read-family.ts';
import { readUse } from './read-use.ts';
import { graphOfUse } from './use-graph.ts';

/** A clean-up as the journal keeps it between the plan and its execution, for any process of this machine. */
const StoredCleanup = z.object({
  use: z.literal('cleanup'),
  scope: Scope,
  family: Family,
  policy: CleanupPolicy,
  remove: z.array(CleanupItem.pick({ arn: true, name: true, number: true, status: true })),
});
export type StoredCleanup = z.infer<typeof StoredCleanup>;

/**
 * What a clean-up of a family would remove and keep, and why. Throws when any use could not be read, naming the
 * part, and NOT_FOUND for a family without revisions.
 */
export async function planCleanup(
  { aws, journal, clock }: CleanupDependencies,
  { account, region, family }: FamilyRef,
  policy: CleanupPolicy,
  signal: AbortSignal,
): Promise<CleanupPlan> {
  const scope: Scope = { account, region };
  const ecs = aws.ecs(scope, 'visible');
  // The revisions first: one that is registered meanwhile is not in the list, and so cannot go.
  const active = await readFamily(ecs, family, 'ACTIVE', signal);
  const inactive = policy.deleteForGood ? await readFamily(ecs, family, 'INACTIVE', signal) : [];
  if (active.length + inactive.length === 0) {
    throw new SlipwayError('NOT_FOUND', `The family ${family} has no revisions that could be removed.`);
  }
  const items = cleanupItems(
    [...active, ...inactive],
    graphOfUse(await readUse({ ecs, signal }, family)),
    policy,
  );
  const going = items.filter(({ verdict }) => verdict === 'remove');

  const id = randomUUID();
  const stored: StoredCleanup = {
    use: 'cleanup',
    scope,
    family,
    policy,
    remove: going.map(({ arn, name, number, status }) => ({ arn, name, number, status })),
  };
  journal.plans.save(id, stored);
  return {
    id,
    scope,
    family,
    policy,
    createdAt: clock.now().toISOString(),
    items,
    removing: going.length,
    keeping: items.length - going.length,
    expectedMs: expectedCleanupMs(items, policy),
  };
}

/** Throws NOT_FOUND when the plan has lapsed, CONFLICT when it was carried out, INVALID_INPUT for another plan. */
export function loadCleanup(journal: Journal, id: string): StoredCleanup {
  const found = journal.plans.find(id);
  if (found === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      'This plan is not there any more: plans are kept for a day. Plan again.',
    );
  }
  const cleanup = StoredCleanup.safeParse(found.content);
  if (!cleanup.success)
    throw new SlipwayError('INVALID_INPUT', 'This is not the plan of a clean-up. Plan again.');
  if (found.claimedAt !== undefined) throw carriedOutBefore(cleanup.data.family);
  return cleanup.data;
}

/** A plan is carried out once. */
export function carriedOutBefore(family: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `This clean-up of ${family} was carried out already, or is under way. Plan again to see what is left.`,
  );
}
