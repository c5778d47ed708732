import { z } from 'zod';
import { Instant } from './account.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';

/** A rule of a lifecycle policy, in words. */
export const LifecycleRule = lazyObject(() => ({
  priority: z.number().int(),
  /** What it deletes or archives, and when, in one sentence. */
  sentence: z.string(),
  /** As its author wrote it. */
  description: z.string().optional(),
}));
export type LifecycleRule = Immutable<z.infer<typeof LifecycleRule>>;

/** What the policy would do with an image at its next run. */
export const LifecycleVerdict = lazyObject(() => ({
  digest: z.string(),
  tags: z.array(z.string()),
  action: z.enum(['expire', 'archive']),
  /** The rule that decides. */
  priority: z.number().int().optional(),
}));
export type LifecycleVerdict = Immutable<z.infer<typeof LifecycleVerdict>>;

export const RepositoryLifecycle = lazyObject(() => ({
  rules: z.array(LifecycleRule),
  verdicts: z.array(LifecycleVerdict),
  /** When ECR last applied the policy. */
  evaluatedAt: Instant.optional(),
}));
export type RepositoryLifecycle = Immutable<z.infer<typeof RepositoryLifecycle>>;
