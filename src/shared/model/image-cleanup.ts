import { z } from 'zod';
import { Environment, Instant, Scope } from './account.ts';
import { listUpTo, textUpTo } from './bounded.ts';
import { Digest, RepositoryName } from './image.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { Check, PlanId } from './plan.ts';

/** Tags that protect an image, such as `latest` or `release-*`. `*` stands for any characters. */
export const TagPattern = textUpTo(128).regex(
  /^[A-Za-z0-9_*][A-Za-z0-9._*-]*$/,
  'is not the pattern of a tag',
);

/** Which images are kept although nothing uses them. Images in use are always kept. */
export const ImageCleanupPolicy = lazyStrictObject(() => ({
  /**
   * How many of the most recently pushed images of each repository are kept. Images of an index are not counted
   * separately.
   */
  keepNewest: z.number().int().min(1).max(10_000),
  /** Images pushed within this number of days are kept; 0 ignores age. */
  keepDays: z.number().int().min(0).max(3650).default(0),
  /** How many of the last different successful releases of each service have their images kept. */
  keepWorked: z.number().int().min(1).max(20).default(3),
  /** Images with a tag that matches one of these are kept. */
  keepTags: listUpTo(50, TagPattern).default([]),
  /** Only untagged images are removed. */
  untaggedOnly: z.boolean().default(false),
  /**
   * Images that only INACTIVE revisions use are kept too: these revisions can be registered again and rolled back to.
   */
  keepForInactive: z.boolean().default(true),
}));
export type ImageCleanupPolicy = Immutable<z.infer<typeof ImageCleanupPolicy>>;

/** The repositories to clean up. They are chosen by name, because others than ECS can pull from the rest. */
export const ImageCleanupTarget = lazyStrictObject(() => ({
  ...Scope.shape,
  repositories: listUpTo(100, RepositoryName).min(1),
  /** Only these are removed, with what belongs to them, and only what is in use or archived is kept of them. */
  images: listUpTo(100, Digest).min(1).optional(),
}));
export type ImageCleanupTarget = Immutable<z.infer<typeof ImageCleanupTarget>>;

export const ImageCleanupItem = lazyObject(() => ({
  repository: z.string(),
  digest: Digest,
  tags: z.array(z.string()),
  /** An index that lists images of platforms, or a manifest of one image or artifact. */
  kind: z.enum(['image', 'index']),
  sizeBytes: z.number(),
  pushedAt: Instant.optional(),
  /** The keys of the images that are removed before it: an index that lists it, or the image that it is about. */
  follows: z.array(z.string()).optional(),
  verdict: z.enum(['remove', 'keep']),
  /** Why it is removed or kept, such as `web:41 refers to it` or `one of the newest 10`. */
  reason: z.string(),
}));
export type ImageCleanupItem = Immutable<z.infer<typeof ImageCleanupItem>>;

/** The key of an image in a plan: `repository@digest`. */
export function imageKey({ repository, digest }: Pick<ImageCleanupItem, 'repository' | 'digest'>): string {
  return `${repository}@${digest}`;
}

/** These images, and all that are kept as long as one of them is. */
export function withFollowers(
  items: readonly Pick<ImageCleanupItem, 'repository' | 'digest' | 'follows'>[],
  excluded: ReadonlySet<string>,
): ReadonlySet<string> {
  const all = new Set(excluded);
  let before = -1;
  while (before !== all.size) {
    before = all.size;
    for (const item of items) if (item.follows?.some((key) => all.has(key))) all.add(imageKey(item));
  }
  return all;
}

export const RepositoryTotal = lazyObject(() => ({
  repository: z.string(),
  removing: z.number().int(),
  keeping: z.number().int(),
  /** An upper bound: images share layers, and a layer is deleted with its last image. */
  freedBytes: z.number(),
}));
export type RepositoryTotal = Immutable<z.infer<typeof RepositoryTotal>>;

export const ImageCleanupPlan = lazyObject(() => ({
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
  /** The number of delete requests, each after a read of all use. */
  batches: z.number().int(),
  /** What was not checked, and what to do about it. */
  warnings: z.array(z.string()),
  /** Whether the calls are allowed, as in a clean-up of revisions. */
  checks: z.array(Check),
  /** Must be typed before anything is removed, because images can't be restored. */
  confirmation: z.string(),
}));
export type ImageCleanupPlan = Immutable<z.infer<typeof ImageCleanupPlan>>;
