import { z } from 'zod';
import { Environment, Instant, Scope } from './account.ts';
import { listUpTo, textUpTo } from './bounded.ts';
import { Digest, RepositoryName } from './image.ts';
import type { Immutable } from './immutable.ts';
import { PlanId } from './plan.ts';

/** Tags that protect an image, such as `latest` or `release-*`. `*` stands for any characters. */
export const TagPattern = textUpTo(128).regex(
  /^[A-Za-z0-9_*][A-Za-z0-9._*-]*$/,
  'is not the pattern of a tag',
);

/** Which images stay although nothing refers to them. What something refers to stays in any case. */
export const ImageCleanupPolicy = z.strictObject({
  /** The N images of each repository that were pushed last stay. What an index lists does not count by itself. */
  keepNewest: z.number().int().min(1).max(10_000),
  /** Images that were pushed within so many days stay; 0: their age does not count. */
  keepDays: z.number().int().min(0).max(3650).default(0),
  /** The images of the last K different releases of each service that worked stay. */
  keepWorked: z.number().int().min(1).max(20).default(3),
  /** Images with a tag like one of these stay. */
  keepTags: listUpTo(50, TagPattern).default([]),
  /** Only images without a tag go. */
  untaggedOnly: z.boolean().default(false),
  /** What only INACTIVE revisions refer to stays, too: they can still be registered again and rolled back to. */
  keepForInactive: z.boolean().default(true),
});
export type ImageCleanupPolicy = Immutable<z.infer<typeof ImageCleanupPolicy>>;

/** The repositories that are cleaned up. They are chosen by name: others than ECS can pull from the rest. */
export const ImageCleanupTarget = z.strictObject({
  ...Scope.shape,
  repositories: listUpTo(100, RepositoryName).min(1),
});
export type ImageCleanupTarget = Immutable<z.infer<typeof ImageCleanupTarget>>;

export const ImageCleanupItem = z.object({
  repository: z.string(),
  digest: Digest,
  tags: z.array(z.string()),
  /** An index that lists images of platforms, or a manifest of one image or artifact. */
  kind: z.enum(['image', 'index']),
  sizeBytes: z.number(),
  pushedAt: Instant.optional(),
  verdict: z.enum(['remove', 'keep']),
  /** Why it goes or stays, such as `web:41 refers to it` or `one of the newest 10`. */
  reason: z.string(),
});
export type ImageCleanupItem = Immutable<z.infer<typeof ImageCleanupItem>>;

export const RepositoryTotal = z.object({
  repository: z.string(),
  removing: z.number().int(),
  keeping: z.number().int(),
  /** At most: images share layers, and a layer goes with the last image that has it. */
  freedBytes: z.number(),
});
export type RepositoryTotal = Immutable<z.infer<typeof RepositoryTotal>>;

export const ImageCleanupPlan = z.object({
  id: PlanId,
  target: ImageCleanupTarget,
  /** The repository, or the name of the account for several: what is typed to confirm. */
  subject: z.string(),
  environment: Environment,
  policy: ImageCleanupPolicy,
  createdAt: Instant,
  items: z.array(ImageCleanupItem),
  totals: z.array(RepositoryTotal),
  removing: z.number().int(),
  keeping: z.number().int(),
  /** At most, as in the totals. */
  freedBytes: z.number(),
  /** How often it deletes, with a look at all use before each time. */
  batches: z.number().int(),
  /** What was not looked at, and what to do about it. */
  warnings: z.array(z.string()),
  /** Has to be typed before anything goes: images cannot be brought back. */
  confirmation: z.string(),
});
export type ImageCleanupPlan = Immutable<z.infer<typeof ImageCleanupPlan>>;
