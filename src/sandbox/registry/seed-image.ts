import { gzipSync } from 'node:zlib';
import type { BlobStore } from './blob-store.ts';
import { digestOf } from './digest.ts';
import { parseImageConfig } from './image-config.ts';
import { imageFacts } from './image-lookup.ts';
import type { ImageFacts, ImageSeeder, SeedImage } from './image-source.ts';
import { type Descriptor, MEDIA_TYPES, parseManifest } from './manifest.ts';
import type { Repositories } from './repositories.ts';
import { putImage } from './repository.ts';
import { tarWithFile } from './tar-archive.ts';

const DEFAULT_LAYER_BYTES = 2048;

/** Not compressed, so that a layer is as large as the scenario says. */
const STORED = { level: 0 };

/**
 * Fills the repositories with images that are whole: they can be pulled, and their digests and sizes are true. Their
 * blobs stay in memory, so hundreds of them take some milliseconds and no disk.
 */
export function createImageSeeder(
  repositories: Repositories,
  blobs: BlobStore,
  now: () => Date,
): ImageSeeder {
  return {
    createRepository(name, { immutable = false } = {}) {
      if (repositories.find(name) !== undefined) return;
      repositories.create({ name, createdAt: now(), tagMutability: immutable ? 'IMMUTABLE' : 'MUTABLE' });
    },
    seedImage: (image) => seedImage(repositories, blobs, image),
  };
}

function seedImage(repositories: Repositories, blobs: BlobStore, image: SeedImage): ImageFacts {
  const { repository: name, tags, pushedAt } = image;
  const repository = repositories.find(name) ?? repositories.create({ name, createdAt: pushedAt });
  // Scenarios make repositories first and date their images back.
  if (pushedAt < repository.createdAt) repository.createdAt = pushedAt;
  const keep = (mediaType: string, bytes: Buffer): Descriptor => {
    const digest = digestOf(bytes);
    blobs.keepInMemory(digest, bytes);
    repository.layers.add(digest);
    return { mediaType, digest, size: bytes.length, foreign: false };
  };

  const archive = layerArchive(image);
  const layer = keep(MEDIA_TYPES.ociLayer, gzipSync(archive, STORED));
  const configBytes = jsonBytes(imageConfiguration(image, digestOf(archive)));
  const config = keep(MEDIA_TYPES.ociConfig, configBytes);
  const bytes = jsonBytes({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: descriptorJson(config),
    layers: [descriptorJson(layer)],
  });

  const parsed = parseManifest(bytes, MEDIA_TYPES.ociManifest);
  const readConfig = parseImageConfig(configBytes);
  if (!parsed.ok || readConfig === undefined)
    throw new Error(`The image seeded for ${name} cannot be read back.`);
  const pushed = { bytes, manifest: parsed.manifest, config: readConfig, pushedAt };
  const results = [undefined, ...tags].map((tag) => putImage(repository, pushed, tag));
  const last = results.at(-1);
  if (last?.outcome === 'stored' || last?.outcome === 'unchanged') return imageFacts(repository, last.image);
  throw new Error(`The image seeded for ${name} was refused: ${last?.outcome ?? 'no result'}.`);
}

/** One file, which differs from image to image so that layers do too. */
function layerArchive(image: SeedImage): Buffer {
  const { repository, labels, layerBytes = DEFAULT_LAYER_BYTES } = image;
  const content = Buffer.alloc(layerBytes);
  content.write(JSON.stringify({ repository, labels, createdAt: image.createdAt }));
  return tarWithFile('app/release.json', content, image.createdAt);
}

/** The configuration of the OCI image specification. */
function imageConfiguration(image: SeedImage, layerDiffId: string): object {
  const created = image.createdAt.toISOString();
  return {
    created,
    architecture: image.architecture ?? 'amd64',
    os: 'linux',
    config: { Labels: image.labels, Cmd: ['/app/server'], WorkingDir: '/app' },
    rootfs: { type: 'layers', diff_ids: [layerDiffId] },
    history: [{ created, created_by: 'COPY app /app' }],
  };
}

function descriptorJson({ mediaType, digest, size }: Descriptor): object {
  return { mediaType, digest, size };
}

function jsonBytes(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
