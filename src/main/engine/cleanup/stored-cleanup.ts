import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { CleanupItem, CleanupPolicy, CleanupTarget } from '../../../shared/model/cleanup.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { Journal } from '../journal/journal.ts';

/** A clean-up as the journal keeps it between the plan and its start, for any process of this machine. */
const StoredCleanup = z.object({
  use: z.literal('cleanup'),
  target: CleanupTarget,
  subject: z.string(),
  policy: CleanupPolicy,
  confirmation: z.string().optional(),
  remove: z.array(CleanupItem.pick({ arn: true, name: true, number: true, status: true })),
});
export type StoredCleanup = Immutable<Omit<z.infer<typeof StoredCleanup>, 'use'>>;

export function saveCleanup(journal: Journal, id: string, cleanup: StoredCleanup): void {
  journal.plans.save(id, { use: 'cleanup', ...cleanup });
}

/** What the person says with a plan. */
export interface CleanupConsent {
  readonly plan: string;
  readonly confirmation?: string | undefined;
}

/**
 * The clean-up that a person agrees to. Throws NOT_FOUND when the plan has lapsed, CONFLICT when it was carried out,
 * INVALID_INPUT for another kind of plan, and when its confirmation was not typed.
 */
export function loadCleanup(journal: Journal, { plan, confirmation }: CleanupConsent): StoredCleanup {
  const found = journal.plans.find(plan);
  if (found === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      'This plan is not there any more: plans are kept for a day. Plan again.',
    );
  }
  const cleanup = StoredCleanup.safeParse(found.content);
  if (!cleanup.success)
    throw new SlipwayError('INVALID_INPUT', 'This is not the plan of a clean-up. Plan again.');
  const { subject, policy, confirmation: wanted } = cleanup.data;
  if (found.claimedAt !== undefined) throw carriedOutBefore(subject);
  if (wanted !== undefined && confirmation !== wanted) {
    const why = policy.deleteForGood
      ? 'What is deleted cannot be brought back'
      : 'This account is production';
    throw new SlipwayError(
      'INVALID_INPUT',
      `${why}: type ${wanted} to confirm that revisions of ${subject} shall go.`,
    );
  }
  return cleanup.data;
}

/** A plan is carried out once. */
export function carriedOutBefore(subject: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `This clean-up of ${subject} was carried out already, or is under way. Plan again to see what is left.`,
  );
}
