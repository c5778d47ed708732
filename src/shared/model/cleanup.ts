import { z } from 'zod';
import { Instant, Scope } from './account.ts';
import type { Immutable } from './immutable.ts';
import { PlanId } from './plan.ts';
import { Family } from './revision.ts';

export const CleanupPolicy = z.strictObject({
  /** The newest N revisions stay, whatever else. */
  keepNewest: z.number().int().min(1).max(10_000),
  /** Delete for good after deregistering; otherwise they stay INACTIVE. */
  deleteForGood: z.boolean(),
});
export type CleanupPolicy = Immutable<z.infer<typeof CleanupPolicy>>;

export const CleanupItem = z.object({
  arn: z.string(),
  name: z.string(),
  number: z.number().int(),
  status: z.string(),
  verdict: z.enum(['remove', 'keep']),
  /** Why it goes or stays, such as `runs in production/web` or `one of the newest 10`. */
  reason: z.string(),
});
export type CleanupItem = Immutable<z.infer<typeof CleanupItem>>;

export const CleanupPlan = z.object({
  id: PlanId,
  scope: Scope,
  family: Family,
  policy: CleanupPolicy,
  createdAt: Instant,
  items: z.array(CleanupItem),
  removing: z.number().int(),
  keeping: z.number().int(),
  /** Milliseconds at the rate that AWS allows (one deregistration a second). */
  expectedMs: z.number(),
});
export type CleanupPlan = Immutable<z.infer<typeof CleanupPlan>>;

export const CleanupProgress = z.object({
  deregistered: z.number().int(),
  deleted: z.number().int(),
  /** Came into use since the preview, and stayed. */
  spared: z.array(z.string()),
  failed: z.array(z.object({ name: z.string(), message: z.string() })),
  total: z.number().int(),
  current: z.string().optional(),
});
export type CleanupProgress = Immutable<z.infer<typeof CleanupProgress>>;
