import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type BlobSource, type BlobStore, type ByteRange, bytesInMemory } from './blob-store.ts';
import { digestOf } from './digest.ts';
import { parseImageConfig } from './image-config.ts';
import { imageFacts } from './image-lookup.ts';
import { scanPushed } from './image-scan.ts';
import type { ImageFacts, ImageSeeder, SeedImage } from './image-source.ts';
import { MEDIA_TYPES, parseManifest } from './manifest.ts';
import type { Repositories } from './repositories.ts';
import { addLayer, changeSettings, findImage, putImage, type Repository } from './repository.ts';
import { BLOCK_BYTES, tarHeader, tarTrailer, tarWithFile } from './tar-archive.ts';

const DEFAULT_LAYER_BYTES = 2048;

/** Not compressed, so that a layer is as large as the scenario says. */
const STORED = { level: 0 };

/**
 * Fills the repositories with images that are whole: they can be pulled, and their digests and sizes are true. Their
 * blobs are not files, so hundreds of images take some milliseconds and no disk.
 */
export function createImageSeeder(
  repositories: Repositories,
  blobs: BlobStore,
  now: () => Date,
): ImageSeeder {
  const base = createBaseLayer();
  return {
    createRepository(name, { immutable = false } = {}) {
      if (repositories.find(name) !== undefined) return;
      repositories.create({ name, createdAt: now(), tagMutability: immutable ? 'IMMUTABLE' : 'MUTABLE' });
    },
    scanContinuously(filter) {
      const { scanning } = repositories;
      const rule = {
        scanFrequency: 'CONTINUOUS_SCAN' as const,
        repositoryFilters: [{ filter, filterType: 'WILDCARD' as const }],
      };
      repositories.scanning = { scanType: 'ENHANCED', rules: [...(scanning.rules ?? []), rule] };
    },
    seedImage(image) {
      const { repository: name, pushedAt } = image;
      const repository = repositories.find(name) ?? repositories.create({ name, createdAt: pushedAt });
      // Scenarios make repositories first and date their images back.
      if (pushedAt < repository.createdAt) changeSettings(repository, { createdAt: pushedAt });
      const facts = seedImage(repository, blobs, base, image);
      const seeded = findImage(repository, facts.digest);
      if (seeded !== undefined) scanPushed(repositories, repository, seeded, pushedAt);
      return facts;
    },
  };
}

function seedImage(repository: Repository, blobs: BlobStore, base: BaseLayer, image: SeedImage): ImageFacts {
  const keep = (mediaType: string, digest: string, source: BlobSource): object => {
    blobs.keep(digest, source);
    addLayer(repository, digest);
    return { mediaType, digest, size: source.size };
  };

  const archive = layerArchive(image);
  const layer = gzipSync(archive, STORED);
  const config = jsonBytes(imageConfiguration(image, [base.digest, digestOf(archive)]));
  const bytes = jsonBytes({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: keep(MEDIA_TYPES.ociConfig, digestOf(config), bytesInMemory(config)),
    layers: [
      keep(MEDIA_TYPES.ociLayer, base.digest, base),
      keep(MEDIA_TYPES.ociGzipLayer, digestOf(layer), bytesInMemory(layer)),
    ],
  });

  const parsed = parseManifest(bytes, MEDIA_TYPES.ociManifest);
  const parsedConfig = parseImageConfig(config);
  if (!parsed.ok || parsedConfig === undefined) {
    throw new Error(`The image seeded for ${repository.name} cannot be read back.`);
  }
  const pushed = {
    bytes,
    manifest: parsed.manifest,
    config: parsedConfig,
    pushedAt: image.pushedAt,
    isSeeded: true,
  };
  const tags = image.tags.filter((tag) => !isTaken(repository, tag));
  const results = [undefined, ...tags].map((tag) => putImage(repository, pushed, tag));
  const last = results.at(-1);
  if (last?.outcome === 'stored' || last?.outcome === 'unchanged') return imageFacts(repository, last.image);
  throw new Error(`The image seeded for ${repository.name} was refused: ${last?.outcome ?? 'no result'}.`);
}

/** A tag that somebody has moved to an image of their own, before a restart, stays there. */
function isTaken(repository: Repository, tag: string): boolean {
  return findImage(repository, tag)?.isSeeded === false;
}

/** One file, which differs from image to image so that layers do too. */
function layerArchive(image: SeedImage): Buffer {
  const { repository, labels, createdAt, layerBytes = DEFAULT_LAYER_BYTES } = image;
  const content = Buffer.alloc(layerBytes);
  content.write(JSON.stringify({ repository, labels, createdAt }));
  return tarWithFile('app/release.json', content, createdAt);
}

/** The configuration of the OCI image specification. */
function imageConfiguration(image: SeedImage, diffIds: readonly string[]): object {
  const created = image.createdAt.toISOString();
  return {
    created,
    architecture: image.architecture ?? 'amd64',
    os: 'linux',
    config: { Labels: image.labels, Cmd: ['/app/server'], WorkingDir: '/app' },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: [
      { created: new Date(0).toISOString(), created_by: 'ADD base /usr/lib' },
      { created, created_by: 'COPY app /app' },
    ],
  };
}

function jsonBytes(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** A layer that every seeded image has at its bottom. */
interface BaseLayer extends BlobSource {
  readonly digest: string;
}

const FILE_BYTES = 18 * 1024 * 1024;
const CHUNK = Buffer.alloc(1024 * 1024);

/** Of the whole layer. Written down, because to compute it takes 15 ms of each start; a test holds it against the bytes. */
const BASE_DIGEST = 'sha256:3ac7e73ac82acf04ad5004b6956030eed4d52166f22551b46c359736084952ce';

/**
 * Makes the layer that gives seeded images the size of real ones: one file of zeros, not compressed. It is a true
 * layer that can be pulled, but its bytes are made when they are read, so it takes neither memory nor disk.
 */
function createBaseLayer(): BaseLayer {
  return {
    digest: BASE_DIGEST,
    size: BLOCK_BYTES + FILE_BYTES + tarTrailer(FILE_BYTES).length,
    read: (range) => Readable.from(range === undefined ? chunks() : within(range)),
  };
}

function* chunks(): Generator<Buffer> {
  yield tarHeader('usr/lib/base.img', FILE_BYTES, new Date(0));
  for (let left = FILE_BYTES; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, left);
  yield tarTrailer(FILE_BYTES);
}

function* within({ start, end }: ByteRange): Generator<Buffer> {
  let position = 0;
  for (const chunk of chunks()) {
    const part = chunk.subarray(Math.max(0, start - position), Math.max(0, end + 1 - position));
    position += chunk.length;
    if (part.length > 0) yield part;
  }
}
