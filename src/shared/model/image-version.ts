import type { Deployment } from './deployment.ts';
import type { ContainerImage } from './image.ts';
import { parseImageReference } from './image-reference.ts';

const SHORT_DIGEST = 7;

/** `1.8.3`, `latest`, or the short digest of an image that is named by its digest alone. */
function imageVersionOf({ image, digest }: Pick<ContainerImage, 'image' | 'digest'>): string {
  const reference = parseImageReference(image);
  if (reference === undefined) return image;
  if (reference.tag !== undefined) return reference.tag;
  if (reference.digest !== undefined) return shortDigest(reference.digest);
  return digest === undefined ? 'latest' : `latest ${shortDigest(digest)}`;
}

/**
 * The image version of a service in a few characters: `1.8.3`, or `1.8.3 → 1.9.0` while one replaces the other. Where
 * both sides have one tag and it has moved, the short digests tell them apart. `now` and `next` are the images of
 * the main container.
 */
export function imageVersionText(now: ContainerImage | undefined, next: ContainerImage | undefined): string {
  if (now === undefined || next === undefined) {
    const only = now ?? next;
    return only === undefined ? '' : imageVersionOf(only);
  }
  const [before, after] = [imageVersionOf(now), imageVersionOf(next)];
  if (before !== after) return `${before} → ${after}`;
  if (now.digest === undefined || next.digest === undefined || now.digest === next.digest) return after;
  return `${shortDigest(now.digest)} → ${shortDigest(next.digest)}`;
}

/** The container that a service is about: the one with its name or its family's, otherwise the first. */
export function mainContainer(
  images: readonly ContainerImage[],
  names: readonly string[],
): ContainerImage | undefined {
  return images.find(({ container }) => names.includes(container)) ?? images[0];
}

/**
 * A release as a person knows it, by the image version of its main container and its revision: `1.8.3 (web:17)`. Of a release
 * without images or without a revision, the one that is known; undefined without both.
 */
export function releaseName(
  { images, revision }: Pick<Deployment, 'images' | 'revision'>,
  service: string,
): string | undefined {
  const [family = ''] = (revision ?? '').split(':');
  const version = imageVersionText(undefined, mainContainer(images, [service, family]));
  if (version === '') return revision;
  return revision === undefined ? version : `${version} (${revision})`;
}

function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, SHORT_DIGEST);
}
