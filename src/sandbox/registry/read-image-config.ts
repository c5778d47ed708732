import type { BlobStore } from './blob-store.ts';
import { type ImageConfig, parseImageConfig } from './image-config.ts';
import type { Manifest } from './manifest.ts';
import type { Repository } from './repository.ts';

/** Configurations are some kilobytes; what is longer is another kind of artifact and is not read. */
const CONFIG_LIMIT_BYTES = 1024 * 1024;

/** The configuration of an image whose blobs are in the repository. Undefined with an index or another artifact. */
export async function readImageConfig(
  blobs: BlobStore,
  repository: Repository,
  manifest: Manifest,
): Promise<ImageConfig | undefined> {
  if (manifest.kind === 'index' || !repository.layers.has(manifest.config.digest)) return undefined;
  const size = await blobs.size(manifest.config.digest);
  if (size === undefined || size > CONFIG_LIMIT_BYTES) return undefined;
  return parseImageConfig(await blobs.readWhole(manifest.config.digest));
}
