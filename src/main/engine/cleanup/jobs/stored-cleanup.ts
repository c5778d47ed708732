import { z } from 'zod';
import { SlipwayError } from '../../../../shared/errors.ts';
import { CleanupItem, CleanupTarget } from '../../../../shared/model/cleanup.ts';
import {
  ImageCleanupItem,
  ImageCleanupPolicy,
  ImageCleanupTarget,
  imageKey,
  withFollowers,
} from '../../../../shared/model/image-cleanup.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { lazyObject } from '../../../../shared/model/lazy-objects.ts';
import type { Journal } from '../../journal/journal.ts';
import { imageName, jobItemOfImage } from './image-name.ts';
import type { NewJobItem } from './job-items.ts';
import { StoredPolicy } from './saved-policies.ts';
import { checkExecuteRequest } from './unknown-use.ts';

const AnyStoredCleanup = lazyObject(() => ({
  use: z.literal('cleanup'),
  subject: z.string(),
  confirmation: z.string().optional(),
}));

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
      ImageCleanupItem.pick({
        repository: true,
        digest: true,
        tags: true,
        kind: true,
        sizeBytes: true,
        follows: true,
      }),
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
  /** What is kept of what the plan would remove, by ARN or image key. */
  readonly excluded?: readonly string[] | undefined;
}

/** A clean-up that a person agrees to: what it removes, and the names of what they excluded from it. */
export interface AgreedCleanup {
  readonly cleanup: StoredCleanup;
  readonly excluded: readonly string[];
}

/**
 * The clean-up that a person agrees to, without what they excluded. Throws NOT_FOUND when the plan has expired, CONFLICT
 * when it was carried out, INVALID_INPUT for another kind of plan, when its confirmation was not typed, when something has
 * to be acknowledged first, for an exclusion of what it does not remove, and when nothing is left to remove.
 */
export function loadCleanup(
  journal: Journal,
  { plan, confirmation, acknowledged, excluded = [] }: CleanupExecuteRequest,
): AgreedCleanup {
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
  return withoutExcluded(cleanup.data, excluded);
}

/** What is excluded is not even written into the job, so that nothing can remove it. */
function withoutExcluded(cleanup: StoredCleanup, excluded: readonly string[]): AgreedCleanup {
  const planned = new Set(
    cleanup.kind === 'images' ? cleanup.remove.map(imageKey) : cleanup.remove.map(({ arn }) => arn),
  );
  const unknown = excluded.find((key) => !planned.has(key));
  if (unknown !== undefined) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `This plan does not remove ${unknown}, so it cannot be excluded. Nothing was removed. Create a new plan.`,
    );
  }
  const agreed =
    cleanup.kind === 'images' ? keepingImages(cleanup, excluded) : keepingRevisions(cleanup, excluded);
  if (agreed.cleanup.remove.length === 0) {
    throw new SlipwayError('INVALID_INPUT', 'Everything is excluded, so there is nothing to remove.');
  }
  return agreed;
}

type CleanupOf<Kind> = Extract<StoredCleanup, { readonly kind: Kind }>;

function keepingRevisions(cleanup: CleanupOf<'revisions'>, excluded: readonly string[]): AgreedCleanup {
  const keys = new Set(excluded);
  const kept = cleanup.remove.filter(({ arn }) => keys.has(arn));
  return {
    cleanup: { ...cleanup, remove: cleanup.remove.filter(({ arn }) => !keys.has(arn)) },
    excluded: kept.map(({ name }) => name),
  };
}

function keepingImages(cleanup: CleanupOf<'images'>, excluded: readonly string[]): AgreedCleanup {
  const keys = withFollowers(cleanup.remove, new Set(excluded));
  const kept = cleanup.remove.filter((image) => keys.has(imageKey(image)));
  return {
    cleanup: { ...cleanup, remove: cleanup.remove.filter((image) => !keys.has(imageKey(image))) },
    excluded: kept.map(imageName),
  };
}

function whyToConfirm(cleanup: StoredCleanup): string {
  return cleanup.kind === 'images' || cleanup.policy.deletePermanently
    ? 'Deleted revisions and images cannot be restored'
    : 'Large removals, and removals that are not known to leave production alone, are confirmed by name';
}

/** A plan is carried out once. */
export function carriedOutBefore(subject: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `This clean-up of ${subject} has already been carried out, or is in progress. Refresh the plan to see what is left.`,
  );
}
