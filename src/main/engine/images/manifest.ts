import { z } from 'zod';
import { GitCommit, type Platform } from '../../../shared/model/image.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';

/** The media types to ask BatchGetImage for, so that the registry converts nothing. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** A manifest as far as Slipway needs it: the images of an index, or the configuration of one image. */
export type Manifest =
  | { readonly kind: 'index'; readonly images: readonly ManifestChild[] }
  | { readonly kind: 'image'; readonly configDigest: string }
  | { readonly kind: 'other' };

export interface ManifestChild {
  readonly digest: string;
  readonly platform: Platform;
}

const RawManifest = lazyObject(() => ({
  config: z.object({ digest: z.string() }).optional(),
  manifests: z
    .array(
      z.object({
        digest: z.string(),
        platform: z
          .object({ os: z.string(), architecture: z.string(), variant: z.string().optional() })
          .optional(),
      }),
    )
    .optional(),
}));

/**
 * Reads a manifest or an index (OCI image specification; Docker image manifest version 2, schema 2). Children
 * of the platform unknown/unknown are attestations, not images, and are left out. `other` for all else.
 */
export function parseManifest(text: string): Manifest {
  const parsed = RawManifest.safeParse(parseJson(text));
  if (!parsed.success) return { kind: 'other' };
  const { config, manifests } = parsed.data;
  if (manifests !== undefined) {
    const images = manifests.flatMap(({ digest, platform }) =>
      platform === undefined || platform.os === 'unknown' ? [] : [{ digest, platform: platformOf(platform) }],
    );
    return { kind: 'index', images };
  }
  return config === undefined ? { kind: 'other' } : { kind: 'image', configDigest: config.digest };
}

/** The image of an index that a task of this platform runs. */
export function imageOfPlatform(
  images: readonly ManifestChild[],
  { os, architecture }: Platform,
): ManifestChild | undefined {
  return images.find(({ platform }) => platform.os === os && platform.architecture === architecture);
}

/** What a manifest refers to besides its layers, by digest. */
export interface ManifestLinks {
  /** What an index lists: images of platforms, and attestations as well. */
  readonly lists: readonly string[];
  /** The image that this one says something about, such as its signature. */
  readonly subject?: string;
}

const RawLinks = lazyObject(() => ({
  manifests: z.array(z.object({ digest: z.string() })).optional(),
  subject: z.object({ digest: z.string() }).nullish(),
}));

/** Undefined for what is no manifest. */
export function parseLinks(text: string): ManifestLinks | undefined {
  const parsed = RawLinks.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { manifests = [], subject } = parsed.data;
  return {
    lists: manifests.map(({ digest }) => digest),
    ...(subject ? { subject: subject.digest } : {}),
  };
}

/** What an image's configuration says about it. */
export interface ImageConfiguration {
  readonly platform: Platform;
  readonly builtAt?: string;
  readonly commit?: string;
  readonly source?: string;
}

const RawConfiguration = lazyObject(() => ({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  created: z.string().optional(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
}));

/** Whoever builds an image writes it. */
const LONGEST_VERSION = 128;

/**
 * Reads an image configuration and its labels `org.opencontainers.image.*`. The label `created` is preferred to the
 * configuration's own time, which reproducible builds set to zero. Undefined for what is no image configuration.
 */
export function parseConfiguration(text: string): ImageConfiguration | undefined {
  const parsed = RawConfiguration.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const labels = parsed.data.config?.Labels ?? {};
  const builtAt = instantOf(labels['org.opencontainers.image.created']) ?? instantOf(parsed.data.created);
  const commit = GitCommit.safeParse(labels['org.opencontainers.image.revision']).data;
  const source = httpsAddress(labels['org.opencontainers.image.source']);
  const version = labels['org.opencontainers.image.version']?.slice(0, LONGEST_VERSION);
  return {
    platform: platformOf(parsed.data),
    ...(builtAt === undefined ? {} : { builtAt }),
    ...(commit === undefined ? {} : { commit }),
    ...(source === undefined ? {} : { source }),
    ...(version === undefined || version === '' ? {} : { version }),
  };
}

function platformOf({
  os,
  architecture,
  variant,
}: z.output<typeof RawConfiguration> | RawPlatform): Platform {
  return { os, architecture, ...(variant ? { variant } : {}) };
}

interface RawPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

function instantOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) || time <= 0 ? undefined : new Date(time).toISOString();
}

/** Labels are written by whoever built the image, so only a plain https address is used. */
function httpsAddress(text: string | undefined): string | undefined {
  const address = URL.parse(text ?? '');
  if (address?.protocol !== 'https:') return undefined;
  address.username = '';
  address.password = '';
  return address.href;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
