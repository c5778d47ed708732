import { z } from 'zod';
import { Instant } from './account.ts';
import { Digest, ImageTag } from './image.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { RepositoryPlace } from './promotion.ts';

/** An image of a repository, by its tag or digest. */
export const ImagePlace = lazyStrictObject(() => ({
  ...RepositoryPlace.shape,
  image: z.union([Digest, ImageTag]).describe('its tag or digest'),
}));
export type ImagePlace = Immutable<z.infer<typeof ImagePlace>>;

export const ScanFinding = lazyObject(() => ({
  /** For example `CVE-2026-1234`. */
  name: z.string(),
  severity: z.string(),
  uri: z.string().optional(),
  /** The package that it is in. */
  component: z.string().optional(),
  /** The version of the package in the image. */
  installed: z.string().optional(),
  /** The version of the package without it, as far as the scan says; basic scanning says none. */
  fixedIn: z.string().optional(),
}));
export type ScanFinding = Immutable<z.infer<typeof ScanFinding>>;

/** What the last scan of an image found. */
export const ImageScan = lazyObject(() => ({
  state: z.enum(['complete', 'running', 'failed', 'none']),
  /** Why a scan failed. */
  problem: z.string().optional(),
  completedAt: Instant.optional(),
  /** So long ago that newer vulnerabilities are missing. One that ECR repeats by itself is never old. */
  isOld: z.boolean(),
  /** The worst first, and of these the ones with a fix. */
  findings: z.array(ScanFinding),
  /** How many there are; more than are listed where a scan found very many. */
  total: z.int(),
}));
export type ImageScan = Immutable<z.infer<typeof ImageScan>>;

/** What refers to an image, such as a signature of it. */
export const ImageReferrer = lazyObject(() => ({
  digest: Digest,
  kind: z.enum(['signature', 'sbom', 'attestation', 'other']),
  /** The tag that says which image it is about, such as `sha256-….sig`; missing where its manifest says it. */
  tag: z.string().optional(),
  /** Of an index, the platform whose image it is about, such as `linux/arm64`; missing for the index itself. */
  platform: z.string().optional(),
  artifactType: z.string().optional(),
  /** Bytes of its manifest. */
  sizeBytes: z.number(),
  /** ECR's status of the artifact: ACTIVE, ARCHIVED or ACTIVATING. */
  status: z.string(),
}));
export type ImageReferrer = Immutable<z.infer<typeof ImageReferrer>>;

export const ImageReferrers = lazyObject(() => ({
  referrers: z.array(ImageReferrer),
  /** There are more than these. */
  isCut: z.boolean(),
}));
export type ImageReferrers = Immutable<z.infer<typeof ImageReferrers>>;
