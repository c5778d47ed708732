import { z } from 'zod';
import { Scope } from './account.ts';
import { TransferSpeed } from './docker.ts';
import { Digest, ImageTag, RepositoryName } from './image.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';

/** A repository of an account and region. */
export const RepositoryPlace = lazyStrictObject(() => ({ ...Scope.shape, repository: RepositoryName }));
export type RepositoryPlace = Immutable<z.infer<typeof RepositoryPlace>>;

export const PromotionInput = lazyStrictObject(() => ({
  ...RepositoryPlace.shape,
  image: z.union([Digest, ImageTag]).describe('its tag or digest'),
  to: RepositoryPlace,
  /** Without one the copy has no tag and is named by its digest. */
  tag: ImageTag.optional(),
  /** Signatures, SBOMs and other artifacts that refer to the image. */
  referrers: z.boolean().default(true),
}));
export type PromotionInput = Immutable<z.infer<typeof PromotionInput>>;

/** How far a copy is: of what the target does not have yet. */
export const PromotionProgress = lazyObject(() => ({
  doneBytes: z.number().int(),
  totalBytes: z.number().int(),
  doneLayers: z.number().int(),
  totalLayers: z.number().int(),
  ...TransferSpeed.shape,
}));
export type PromotionProgress = Immutable<z.infer<typeof PromotionProgress>>;

export const Promoted = lazyObject(() => ({
  /** With its registry, tag and digest. */
  image: z.string(),
  digest: Digest,
  /** The target had the image, and the tag had it. */
  alreadyThere: z.boolean(),
  /** Layers and configurations that were sent, that another repository of the registry lent, and that were there. */
  layers: z.object({ sent: z.number().int(), mounted: z.number().int(), present: z.number().int() }),
  sentBytes: z.number().int(),
  /** Signatures, SBOMs and other artifacts that are at the target now. */
  referrers: z.number().int(),
  /** Where ECR replicates the copy to, as far as it can be read: IN_PROGRESS, COMPLETE or FAILED. */
  replication: z.array(z.object({ account: z.string(), region: z.string(), status: z.string() })),
  /** What was left out, and why. */
  warnings: z.array(z.string()),
}));
export type Promoted = Immutable<z.infer<typeof Promoted>>;
