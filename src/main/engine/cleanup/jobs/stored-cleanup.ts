import { z } from 'zod';
import { SlipwayError } from '../../../../shared/errors.ts';
import { CleanupItem, CleanupTarget } from '../../../../shared/model/cleanup.ts';
import {
  ImageCleanupItem,
  ImageCleanupPolicy,
  ImageCleanupTarget,
} from '../../../../shared/model/image-cleanup.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { Journal } from '../../journal/journal.ts';
import { jobItemOfImage } from './image-name.ts';
import type { NewJobItem } from './job-items.ts';
import { StoredPolicy } from './saved-policies.ts';
import { checkExecuteRequest } from './unknown-use.ts';

const AnyStoredCleanup = z.object({
  use: z.literal('cleanup'),
  subject: z.string(),
  confirmation: z.string().optional(),
});

/** A clean-up as the journal keeps it between the plan and its start, for any process of this machine. */
const StoredCleanup = z.discriminatedUnion('kind', [
  AnyStoredCleanup.extend({
    kind: z.literal('revisions'),
    target: CleanupTarget,
    policy: StoredPolicy,
    /** Sources of use that have to be acknowledged by name. */
    unknown: z.array(z.string()).default([]),
    remove: z.array(CleanupItem.pick({ arn: true, name: true, number: true, status: true })),
  }),
  AnyStoredCleanup.extend({
    kind: z.literal('images'),
    target: ImageCleanupTarget,
    policy: ImageCleanupPolicy,
    /** The last one goes first: an index before what it lists. */
    remove: z.array(
      ImageCleanupItem.pick({ repository: true, digest: true, tags: true, kind: true, sizeBytes: true }),
    ),
  }),
]);
type AnyKind = Immutable<z.infer<typeof StoredCleanup>>;
type WithoutUse<C> = C extends unknown ? Omit<C, 'use'> : never;
export type StoredCleanup = WithoutUse<AnyKind>;

export function saveCleanup(journal: Journal, id: string, cleanup: StoredCleanup): void {
  journal.plans.save(id, { use: 'cleanup', ...cleanup });
}

/** What a job has to remove. */
export function jobItemsOf(cleanup: StoredCleanup): readonly NewJobItem[] {
  if (cleanup.kind === 'images') return cleanup.remove.map(jobItemOfImage);
  return cleanup.remove.map(({ arn, name, status }) => ({
    arn,
    name,
    state: status === 'ACTIVE' ? 'active' : 'inactive',
    bytes: 0,
  }));
}

/** What the person enters with a plan. */
export interface CleanupExecuteRequest {
  readonly plan: string;
  readonly confirmation?: string | undefined;
  /** The acknowledged sources of use, by name. */
  readonly acknowledged?: readonly string[] | undefined;
}

/**
 * The clean-up that a person agrees to. Throws NOT_FOUND when the plan has expired, CONFLICT when it was carried out,
 * INVALID_INPUT for another kind of plan, when its confirmation was not typed, and when something has to be
 * acknowledged first.
 */
export function loadCleanup(
  journal: Journal,
  { plan, confirmation, acknowledged }: CleanupExecuteRequest,
): StoredCleanup {
  const found = journal.plans.find(plan);
  if (found === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      'This plan has expired: plans are kept for one day. Create a new plan.',
    );
  }
  const cleanup = StoredCleanup.safeParse(found.content);
  if (!cleanup.success)
    throw new SlipwayError('INVALID_INPUT', 'This is not the plan of a clean-up. Refresh the plan.');
  const { subject, confirmation: wanted } = cleanup.data;
  if (found.claimedAt !== undefined) throw carriedOutBefore(subject);
  if (cleanup.data.kind === 'revisions') checkExecuteRequest(cleanup.data.unknown, acknowledged);
  if (wanted !== undefined && confirmation !== wanted) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `${whyToConfirm(cleanup.data)}: type ${wanted} to confirm the removal of ${cleanup.data.kind} of ${subject}.`,
    );
  }
  return cleanup.data;
}

function whyToConfirm(cleanup: StoredCleanup): string {
  return cleanup.kind === 'images' || cleanup.policy.deletePermanently
    ? 'Deleted revisions and images cannot be restored'
    : 'This account is production';
}

/** A plan is carried out once. */
export function carriedOutBefore(subject: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `This clean-up of ${subject} has already been carried out, or is in progress. Refresh the plan to see what is left.`,
  );
}
