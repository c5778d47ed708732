import type { ContainerImage } from '../../../../shared/model/image.ts';
import { isSameReference, parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { ImageDifference, ImageSide, ImageVersionChange } from '../../../../shared/model/revision.ts';
import { commitsUrl } from './commits-url.ts';

/**
 * Compares the images of two revisions, containers matched by name: those of the new side in its order, then those
 * that are gone. Without an earlier revision every container is `first`.
 */
export function diffImages(
  before: readonly ContainerImage[] | undefined,
  after: readonly ContainerImage[],
): readonly ImageDifference[] {
  if (before === undefined) {
    return after.map((image) => ({ container: image.container, change: 'first', after: sideOf(image) }));
  }
  const gone = before.filter((old) => !after.some((now) => now.container === old.container));
  return [
    ...after.map((now) =>
      diffContainer(
        before.find((old) => old.container === now.container),
        now,
      ),
    ),
    ...gone.map(
      (old): ImageDifference => ({ container: old.container, change: 'removed', before: sideOf(old) }),
    ),
  ];
}

function diffContainer(old: ContainerImage | undefined, now: ContainerImage): ImageDifference {
  const after = sideOf(now);
  if (old === undefined) return { container: now.container, change: 'added', after };
  const before = sideOf(old);
  const url = commitsUrl(before.facts ?? {}, after.facts ?? {});
  return {
    container: now.container,
    change: compareImageVersions(before, after),
    before,
    after,
    ...(url === undefined ? {} : { commitsUrl: url }),
  };
}

/**
 * Images are compared by digest, their identity. Without a digest the references are compared: a different reference is a
 * different image version, and the same tag may have pointed to different images.
 */
function compareImageVersions(before: ImageSide, after: ImageSide): ImageVersionChange {
  if (before.digest === undefined || after.digest === undefined) {
    if (!isSameReference(before.image, after.image)) return 'changed';
    return dependsOnTag(after.image) ? 'same-tag' : 'unchanged';
  }
  const sameName = isSameReference(nameWithTag(before.image), nameWithTag(after.image));
  if (before.digest === after.digest) return sameName ? 'unchanged' : 'same-image';
  return sameName && dependsOnTag(after.image) ? 'tag-moved' : 'changed';
}

/** One side of a difference, with the parts of its reference. */
function sideOf({ image, digest, facts }: ContainerImage): ImageSide {
  const reference = parseImageReference(image);
  const known = digest ?? reference?.digest;
  return {
    image,
    ...(reference?.tag === undefined ? {} : { tag: reference.tag }),
    ...(known === undefined ? {} : { digest: known }),
    ...(facts === undefined ? {} : { facts }),
  };
}

/** The reference without its digest. */
function nameWithTag(image: string): string {
  return image.split('@')[0] ?? image;
}

/** False for `repository@digest`, which names its image version by the digest alone. */
function dependsOnTag(image: string): boolean {
  const reference = parseImageReference(image);
  return reference?.tag !== undefined || reference?.digest === undefined;
}
