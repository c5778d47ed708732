import { isEcrHost } from '../core/partition.ts';
import { parseImageReference } from './image-reference.ts';
import type { ImageFacts, ImageSource } from './image-source.ts';
import type { Repositories } from './repositories.ts';
import { findImage, type Repository, type StoredImage } from './repository.ts';

const LOOPBACK = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;

/**
 * Looks images up in these repositories. The registry's host may be any loopback address, since the sandbox's port
 * changes from start to start, or an address of ECR; images of other registries don't exist.
 */
export function createImageSource(repositories: Repositories): ImageSource {
  return {
    resolve(imageReference) {
      const reference = parseImageReference(imageReference);
      if (reference === undefined) return undefined;
      const { registry, repository: name, tag, digest } = reference;
      if (registry !== undefined && !LOOPBACK.test(registry) && !isEcrHost(registry)) return undefined;
      const repository = repositories.find(name);
      if (repository === undefined) return undefined;
      const image = findImage(repository, digest ?? tag ?? 'latest');
      // An archived image cannot be pulled.
      return image === undefined || image.archivedAt !== undefined
        ? undefined
        : imageFacts(repository, image);
    },
  };
}

/** What is known about an image; of an index, about the image in it that runs on linux/amd64, or the first one. */
export function imageFacts(repository: Repository, image: StoredImage): ImageFacts {
  const config = runnableImage(repository, image)?.config;
  return {
    digest: image.digest,
    repository: repository.name,
    tags: [...image.tags],
    labels: config?.labels ?? {},
    architecture: config?.architecture ?? 'unknown',
    os: config?.os ?? 'unknown',
    sizeInBytes: image.sizeInBytes,
    ...(config?.createdAt !== undefined && { createdAt: config.createdAt }),
  };
}

function runnableImage(repository: Repository, image: StoredImage): StoredImage | undefined {
  const { manifest } = image;
  if (manifest.kind === 'image') return image;
  // Attestations are listed as unknown/unknown and run nowhere.
  const platforms = manifest.manifests.filter((each) => each.os !== 'unknown');
  const chosen =
    platforms.find((each) => each.os === 'linux' && each.architecture === 'amd64') ?? platforms[0];
  return chosen === undefined ? undefined : repository.images.get(chosen.digest);
}
