import { z } from 'zod';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';
import { ImageDifference, TimelineEntry } from './revision.ts';

/** Details of a release besides its deployment. */
export const ReleaseFacts = lazyObject(() => ({
  /** The service deployment. */
  arn: z.string(),
  /** The image version against what ran before, with the digests that ECS resolved for each. */
  images: z.array(ImageDifference),
  /** Who registered the revision; not always who released it. */
  registeredBy: z.string().optional(),
  /** Why the revision was registered, if a tag of it says so. */
  note: z.string().optional(),
  /** Why its tasks failed, read before ECS forgot them. */
  cause: z.string().optional(),
}));
export type ReleaseFacts = Immutable<z.infer<typeof ReleaseFacts>>;

export const ServiceHistory = lazyObject(() => ({
  /** In the order of services.deployments. */
  releases: z.array(ReleaseFacts),
  /** Revisions from before the first known deployment, newest first; their deployments are unknown. */
  earlier: z.array(TimelineEntry),
  /** The total number of those. */
  earlierCount: z.int(),
}));
export type ServiceHistory = Immutable<z.infer<typeof ServiceHistory>>;
