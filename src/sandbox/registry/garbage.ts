import type { BlobStore } from './blob-store.ts';
import type { Repositories } from './repositories.ts';
import { blobsOf, type Repository, removeLayers, type StoredImage } from './repository.ts';

/** Removes blobs that nothing refers to. */
export interface GarbageCollector {
  /** Call when images were removed from a repository: their blobs are deleted unless another image has them. */
  afterRemoval(repository: Repository, images: readonly StoredImage[]): void;
  /** Call when a repository, or one of its blobs, was deleted. */
  release(digests: Iterable<string>): void;
  /** Looks through all files. Only before requests are taken: a blob that is just being pushed belongs to nothing. */
  sweep(): Promise<void>;
}

/** @param all the repositories of every region, which share their blobs. */
export function createGarbageCollector(
  all: () => readonly Repositories[],
  blobs: BlobStore,
): GarbageCollector {
  const repositories = () => all().flatMap((each) => each.list());
  const isHeld = (digest: string) => repositories().some(({ layers }) => layers.has(digest));

  function release(digests: Iterable<string>): void {
    for (const digest of digests) if (!isHeld(digest)) blobs.delete(digest);
  }

  return {
    release,
    afterRemoval(repository, images) {
      const used = usedBlobs(repository);
      const unused = new Set(images.flatMap(blobsOf).filter((digest) => !used.has(digest)));
      removeLayers(repository, unused);
      release(unused);
    },
    async sweep() {
      for (const repository of repositories()) {
        const used = usedBlobs(repository);
        const unused = [...repository.layers].filter((digest) => !used.has(digest));
        if (unused.length > 0) removeLayers(repository, unused);
      }
      release(await blobs.listFiles());
    },
  };
}

function usedBlobs({ images }: Repository): ReadonlySet<string> {
  return new Set([...images.values()].flatMap(blobsOf));
}
