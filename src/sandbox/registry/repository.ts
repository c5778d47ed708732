import type {
  EncryptionConfiguration,
  ImageScanFinding,
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
  Tag,
} from '@aws-sdk/client-ecr';
import { starPattern } from '../../shared/wildcard.ts';
import { digestOf } from './digest.ts';
import type { ImageConfig } from './image-config.ts';
import type { Manifest } from './manifest.ts';

/** One image or index of a repository. */
export interface StoredImage {
  readonly digest: string;
  /** The manifest exactly as it was pushed: its digest is computed from these bytes. */
  readonly bytes: Buffer;
  readonly manifest: Manifest;
  /** Absent with an index, and with artifacts that are no images. */
  readonly config?: ImageConfig;
  readonly pushedAt: Date;
  readonly sizeInBytes: number;
  readonly tags: Set<string>;
  /** Whether a scenario made it and nobody pushed it: then the scenario makes it again after a restart. */
  isSeeded: boolean;
  lastPulledAt?: Date;
  /** The latest scan. */
  scan?: ImageScan;
  /** Set while the image is archived: then it cannot be pulled. */
  archivedAt?: Date;
}

export interface ImageScan {
  readonly completedAt: Date;
  readonly findings: readonly ImageScanFinding[];
  /** Of enhanced scanning, by Amazon Inspector; absent with basic scanning. */
  readonly enhanced?: {
    /** Scanned again whenever a vulnerability is published. */
    readonly isContinuous: boolean;
    /** The names of the findings that no version of the package fixes. */
    readonly withoutFix: readonly string[];
  };
}

/** What a client can change about a repository. */
export interface RepositorySettings {
  createdAt: Date;
  tagMutability: ImageTagMutability;
  exclusionFilters: readonly ImageTagMutabilityExclusionFilter[];
  scanOnPush: boolean;
  /** AES256 where it is absent. */
  encryption?: EncryptionConfiguration;
  resourceTags: readonly Tag[];
  /** The JSON text as it was put. */
  lifecyclePolicy: string | undefined;
  /** When the policy was last applied; absent before the first time. */
  lifecycleEvaluatedAt?: Date | undefined;
  /** The JSON text of the permissions, as it was put. */
  policy: string | undefined;
}

/** A repository with its images. The ECR API and the registry both work on it, and only change it with functions. */
export interface Repository extends Readonly<RepositorySettings> {
  readonly name: string;
  /** By digest. */
  readonly images: Map<string, StoredImage>;
  /** Tag to digest. */
  readonly tags: Map<string, string>;
  /** Digests of the blobs that were pushed to or mounted into this repository. */
  readonly layers: Set<string>;
  /** Told after every change. */
  readonly changed: () => void;
}

export interface PushedManifest {
  readonly bytes: Buffer;
  readonly manifest: Manifest;
  readonly config?: ImageConfig;
  readonly pushedAt: Date;
  /** From a scenario. */
  readonly isSeeded?: boolean;
}

export type PutImageResult =
  | { readonly outcome: 'stored'; readonly image: StoredImage }
  /** The repository has this manifest under this tag already. */
  | { readonly outcome: 'unchanged'; readonly image: StoredImage }
  | { readonly outcome: 'tag-is-immutable'; readonly tag: string }
  | { readonly outcome: 'layers-missing'; readonly digests: readonly string[] }
  | { readonly outcome: 'images-missing'; readonly digests: readonly string[] };

/**
 * Stores a manifest under its digest, and points the tag at it when there is one. Everything that the manifest refers
 * to must be in the repository before. Rules of ECR's PutImage.
 */
export function putImage(
  repository: Repository,
  pushed: PushedManifest,
  tag: string | undefined,
): PutImageResult {
  const digest = digestOf(pushed.bytes);
  const known = repository.images.get(digest);
  if (known !== undefined && (tag === undefined || known.tags.has(tag))) {
    adopt(repository, known, pushed);
    return { outcome: 'unchanged', image: known };
  }
  if (tag !== undefined && repository.tags.has(tag) && isTagImmutable(repository, tag)) {
    return { outcome: 'tag-is-immutable', tag };
  }
  const missing = missingReferences(repository, pushed.manifest);
  if (missing !== undefined) return missing;

  const image: StoredImage = known ?? {
    ...pushed,
    digest,
    sizeInBytes: sizeInBytes(repository, pushed.manifest),
    tags: new Set<string>(),
    isSeeded: pushed.isSeeded ?? false,
  };
  adopt(repository, image, pushed);
  repository.images.set(digest, image);
  if (tag !== undefined) moveTag(repository, tag, image);
  repository.changed();
  return { outcome: 'stored', image };
}

/** A seeded image that is pushed again counts as pushed from then on. */
function adopt(repository: Repository, image: StoredImage, { isSeeded = false }: PushedManifest): void {
  if (!image.isSeeded || isSeeded) return;
  image.isSeeded = false;
  repository.changed();
}

export function changeSettings(repository: Repository, settings: Partial<RepositorySettings>): void {
  Object.assign(repository, settings);
  repository.changed();
}

export function changeImage(
  repository: Repository,
  image: StoredImage,
  change: Pick<StoredImage, 'lastPulledAt'> | { readonly scan: ImageScan },
): void {
  Object.assign(image, change);
  repository.changed();
}

/** Moves an image out of the reach of pulls, or back when `archivedAt` is undefined. */
export function archiveImage(repository: Repository, image: StoredImage, archivedAt: Date | undefined): void {
  if (archivedAt === undefined) delete image.archivedAt;
  else image.archivedAt = archivedAt;
  repository.changed();
}

/** A blob was pushed to or mounted into the repository. */
export function addLayer(repository: Repository, digest: string): void {
  repository.layers.add(digest);
  repository.changed();
}

export function removeLayers(repository: Repository, digests: Iterable<string>): void {
  for (const digest of digests) repository.layers.delete(digest);
  repository.changed();
}

/** The configuration and the layers that an image is made of; nothing of an index. */
export function blobsOf({ manifest }: Pick<StoredImage, 'manifest'>): readonly string[] {
  if (manifest.kind === 'index') return [];
  return [manifest.config, ...manifest.layers].map((each) => each.digest);
}

/** Whether a tag that exists may not be pointed at another image. */
export function isTagImmutable(repository: Repository, tag: string): boolean {
  const excluded = repository.exclusionFilters.some((each) => starPattern(each.filter ?? '').matches(tag));
  switch (repository.tagMutability) {
    case 'IMMUTABLE':
      return true;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !excluded;
    case 'MUTABLE_WITH_EXCLUSION':
      return excluded;
    default:
      return false;
  }
}

/** The image that a tag or a digest names. */
export function findImage(repository: Repository, tagOrDigest: string): StoredImage | undefined {
  return repository.images.get(repository.tags.get(tagOrDigest) ?? tagOrDigest);
}

/** The index in this repository that lists the image; such an image cannot be deleted. */
export function indexOf(repository: Repository, digest: string): StoredImage | undefined {
  for (const image of repository.images.values()) {
    const { manifest } = image;
    if (manifest.kind === 'index' && manifest.manifests.some((each) => each.digest === digest)) return image;
  }
  return undefined;
}

/** Takes a tag away. An image that loses its last tag this way goes with it, as with ECR's BatchDeleteImage. */
export function removeTag(repository: Repository, tag: string): void {
  const image = findImage(repository, tag);
  repository.tags.delete(tag);
  image?.tags.delete(tag);
  if (image !== undefined && image.tags.size === 0) repository.images.delete(image.digest);
  repository.changed();
}

/** Deletes an image with all its tags. */
export function removeImage(repository: Repository, image: StoredImage): void {
  for (const tag of image.tags) repository.tags.delete(tag);
  repository.images.delete(image.digest);
  repository.changed();
}

function moveTag(repository: Repository, tag: string, image: StoredImage): void {
  findImage(repository, tag)?.tags.delete(tag);
  repository.tags.set(tag, image.digest);
  image.tags.add(tag);
}

function missingReferences(repository: Repository, manifest: Manifest): PutImageResult | undefined {
  if (manifest.kind === 'index') {
    const digests = manifest.manifests
      .map((each) => each.digest)
      .filter((each) => !repository.images.has(each));
    return digests.length === 0 ? undefined : { outcome: 'images-missing', digests };
  }
  const digests = [manifest.config, ...manifest.layers]
    .filter((each) => !each.foreign && !repository.layers.has(each.digest))
    .map((each) => each.digest);
  return digests.length === 0 ? undefined : { outcome: 'layers-missing', digests: [...new Set(digests)] };
}

/** ECR's imageSizeInBytes: the layers as they are pushed; of an index the largest of its images. */
function sizeInBytes(repository: Repository, manifest: Manifest): number {
  if (manifest.kind === 'image') return manifest.layers.reduce((sum, each) => sum + each.size, 0);
  return Math.max(
    0,
    ...manifest.manifests.map((each) => repository.images.get(each.digest)?.sizeInBytes ?? 0),
  );
}
