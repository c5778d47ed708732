import { z } from 'zod';
import { Environment, Instant, Scope } from './account.ts';
import { listUpTo, textUpTo } from './bounded.ts';
import { ImageCleanupPolicy, ImageCleanupTarget } from './image-cleanup.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { Check, PlanId } from './plan.ts';
import { Family, UnknownUse } from './revision.ts';

/** A tag that protects a revision. Without a value, the key alone does. */
export const ProtectingTag = lazyStrictObject(() => ({
  key: textUpTo(128).min(1),
  value: textUpTo(256).min(1).optional(),
}));
export type ProtectingTag = Immutable<z.infer<typeof ProtectingTag>>;

/** What is kept although nothing uses it. Revisions in use are always kept. */
export const CleanupPolicy = lazyStrictObject(() => ({
  /** How many of the newest revisions of each family are kept. */
  keepNewest: z.number().int().min(1).max(10_000),
  /** Revisions registered within this number of days are kept; 0 ignores age. */
  keepDays: z.number().int().min(0).max(3650).default(0),
  /** How many of the last different revisions that succeeded in each service are kept as rollback targets. */
  keepWorked: z.number().int().min(1).max(20).default(1),
  /** Revisions with this tag are kept. */
  keepTagged: ProtectingTag.optional(),
  /** Deletes revisions permanently after deregistering; otherwise they stay INACTIVE. */
  deletePermanently: z.boolean(),
}));
export type CleanupPolicy = Immutable<z.infer<typeof CleanupPolicy>>;

/** What is cleaned up: these families, or without them every family of the account and region. */
export const CleanupTarget = lazyStrictObject(() => ({
  ...Scope.shape,
  families: listUpTo(1000, Family).min(1).optional(),
}));
export type CleanupTarget = Immutable<z.infer<typeof CleanupTarget>>;

export const CleanupItem = lazyObject(() => ({
  arn: z.string(),
  name: z.string(),
  number: z.number().int(),
  status: z.string(),
  /** Only where it was read before: ECS returns it for one revision at a time. */
  registeredAt: Instant.optional(),
  verdict: z.enum(['remove', 'keep']),
  /** Why it is removed or kept, such as `runs in production/web` or `one of the newest 10`. */
  reason: z.string(),
}));
export type CleanupItem = Immutable<z.infer<typeof CleanupItem>>;

export const FamilyTotal = lazyObject(() => ({
  family: Family,
  removing: z.number().int(),
  keeping: z.number().int(),
}));
export type FamilyTotal = Immutable<z.infer<typeof FamilyTotal>>;

export const CleanupPlan = lazyObject(() => ({
  id: PlanId,
  target: CleanupTarget,
  /** `web`, `3 families`, or the name of the account. */
  subject: z.string(),
  environment: Environment,
  policy: CleanupPolicy,
  createdAt: Instant,
  items: z.array(CleanupItem),
  totals: z.array(FamilyTotal),
  removing: z.number().int(),
  keeping: z.number().int(),
  /** Milliseconds at the rate that AWS allows (one deregistration a second after the burst). */
  expectedMs: z.number(),
  /** What was not checked, and what to do about it. */
  warnings: z.array(z.string()),
  /** Whether the calls are allowed. A failed one does not prevent the start: IAM may know better. */
  checks: z.array(Check),
  /** Sources that may need any revision. Each must be acknowledged by name before anything is removed. */
  unknown: z.array(UnknownUse),
  /** Set when this text must be typed before anything is removed (production, permanent deletion). */
  confirmation: z.string().optional(),
}));
export type CleanupPlan = Immutable<z.infer<typeof CleanupPlan>>;

/** The id of its plan, which is executed at most once. */
export const CleanupJobId = PlanId;

/** `paused` continues by cleanup.resume, also when `sentence` says that it stopped by itself. */
export const CleanupJobState = z.enum(['running', 'paused', 'done', 'failed', 'cancelled']);
export type CleanupJobState = z.infer<typeof CleanupJobState>;

/** How far a preview is with one part of what it reads, such as 12 of 40 `clusters`. */
export const CleanupProgress = lazyObject(() => ({
  part: z.string(),
  done: z.number().int(),
  total: z.number().int(),
}));
export type CleanupProgress = Immutable<z.infer<typeof CleanupProgress>>;

/** A revision or image that was not removed, and why. */
export const CleanupException = lazyObject(() => ({ name: z.string(), message: z.string() }));

const AnyCleanupJob = lazyObject(() => ({
  id: CleanupJobId,
  subject: z.string(),
  state: CleanupJobState,
  createdAt: Instant,
  endedAt: Instant.optional(),
  total: z.number().int(),
  deleted: z.number().int(),
  /** How many are still to be processed. */
  left: z.number().int(),
  /** The remaining milliseconds: at the rate that AWS allows, or as measured by the last reads of use. */
  leftMs: z.number().optional(),
  /** Kept because they came into use, or match the policy, since the preview. At most 200 are named. */
  spared: z.array(CleanupException),
  /** At most 200 are named. */
  failed: z.array(CleanupException),
  /** Its current activity. */
  doing: z.string().optional(),
  /** How it ended, or why it waits, in one sentence. */
  sentence: z.string().optional(),
}));

const RevisionCleanupJob = AnyCleanupJob.extend({
  kind: z.literal('revisions'),
  target: CleanupTarget,
  policy: CleanupPolicy,
  deregistered: z.number().int(),
  /** Deleted, but ECS still holds them in DELETE_IN_PROGRESS. At most 200 are named. */
  held: z.array(CleanupException),
});

const ImageCleanupJob = AnyCleanupJob.extend({
  kind: z.literal('images'),
  target: ImageCleanupTarget,
  policy: ImageCleanupPolicy,
  /** Of the images that are deleted, at most: layers that other images have stay. */
  freedBytes: z.number(),
});

/** A clean-up in the background. It is kept on disk and survives restarts. */
export const CleanupJob = z.discriminatedUnion('kind', [RevisionCleanupJob, ImageCleanupJob]);
export type CleanupJob = Immutable<z.infer<typeof CleanupJob>>;
