import type { ECRClient } from '@aws-sdk/client-ecr';
import type { Logger } from '../ports/ports.ts';
import type { ImageCache, ImageContent } from './image-cache.ts';
import { readImageContent } from './image-content.ts';
import type { FoundManifest } from './read-manifests.ts';

const AT_A_TIME = 8;

interface ContentReading {
  readonly ecr: ECRClient;
  readonly repository: string;
  readonly cache: ImageCache;
  readonly logger: Logger;
}

/**
 * What is in images, by digest; from the cache where it was read before. A content that cannot be read is left
 * out and logged: an image is shown without its commit rather than not at all.
 */
export async function readContents(
  { ecr, repository, cache, logger }: ContentReading,
  manifests: readonly FoundManifest[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ImageContent>> {
  const contents = new Map<string, ImageContent>();
  const queue: FoundManifest[] = [];
  for (const found of new Map(manifests.map((each) => [each.digest, each])).values()) {
    const known = cache.read(found.digest);
    if (known === undefined) queue.push(found);
    else contents.set(found.digest, known);
  }

  async function work(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        const content = await readImageContent({ ecr, repository }, next.manifest, signal);
        cache.write(next.digest, content);
        contents.set(next.digest, content);
      } catch (error) {
        if (signal.aborted) throw error;
        logger.warn(
          { err: error, repository, digest: next.digest },
          'The content of an image could not be read',
        );
      }
    }
  }

  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return contents;
}
