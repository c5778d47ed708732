import { createHash } from 'node:crypto';
import { addAbortSignal } from 'node:stream';
import type { ECRClient } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ImageContent } from './image-cache.ts';
import { openLayer } from './layer-download.ts';
import {
  type ImageConfiguration,
  type Manifest,
  type ManifestChild,
  parseConfiguration,
} from './manifest.ts';
import { readManifests } from './read-manifests.ts';

const DOWNLOAD_TIMEOUT_MS = 15_000;
const LARGEST_CONFIGURATION = 8 * 1024 * 1024;

interface Place {
  readonly ecr: ECRClient;
  readonly repository: string;
}

/**
 * What is in an image: its platforms, and from its configuration the commit, the source and the time of the build.
 * Of an index the configuration for linux/amd64 speaks, or else the first one. Reads GetDownloadUrlForLayer, and
 * for an index BatchGetImage. Nothing but empty platforms for what is no image, such as a chart.
 */
export async function readImageContent(
  place: Place,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<ImageContent> {
  switch (manifest.kind) {
    case 'image': {
      const configuration = await readConfiguration(place, manifest.configDigest, signal);
      return configuration === undefined
        ? { platforms: [] }
        : contentOf(configuration, [configuration.platform]);
    }
    case 'index': {
      const platforms = manifest.images.map(({ platform }) => platform);
      const child = spokesman(manifest.images);
      const configuration = child && (await readConfigurationOfChild(place, child.digest, signal));
      return configuration === undefined ? { platforms } : contentOf(configuration, platforms);
    }
    case 'other':
      return { platforms: [] };
  }
}

function contentOf(configuration: ImageConfiguration, platforms: ImageContent['platforms']): ImageContent {
  const { platform: _platform, ...facts } = configuration;
  return { platforms, ...facts };
}

function spokesman(images: readonly ManifestChild[]): ManifestChild | undefined {
  const common = images.find(({ platform }) => platform.os === 'linux' && platform.architecture === 'amd64');
  return common ?? images[0];
}

async function readConfigurationOfChild(
  place: Place,
  digest: string,
  signal: AbortSignal,
): Promise<ImageConfiguration | undefined> {
  const { found } = await readManifests(place.ecr, place.repository, [{ imageDigest: digest }], signal);
  const manifest = found[0]?.manifest;
  return manifest?.kind === 'image' ? readConfiguration(place, manifest.configDigest, signal) : undefined;
}

/** Downloads a configuration and checks it against its digest, so that a cached one stays correct. */
async function readConfiguration(
  { ecr, repository }: Place,
  digest: string,
  signal: AbortSignal,
): Promise<ImageConfiguration | undefined> {
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]);
  const bytes = await openLayer({ ecr, repository, digest }, abortSignal)
    .then((body) => readBounded(addAbortSignal(abortSignal, body)))
    .catch((error: unknown) => {
      throw signal.aborted || error instanceof SlipwayError ? error : unreadable(repository, digest, error);
    });
  const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (found !== digest) throw unreadable(repository, digest);
  return parseConfiguration(bytes.toString('utf8'));
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > LARGEST_CONFIGURATION) throw new Error('Too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unreadable(repository: string, digest: string, cause?: unknown): SlipwayError {
  return new SlipwayError(
    'UNAVAILABLE',
    `The configuration ${digest.slice(0, 19)}… of an image in ${repository} could not be downloaded. Try again in a moment.`,
    { retryable: true, cause },
  );
}
