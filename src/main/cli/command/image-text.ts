import { parseImageReference } from '../../../shared/model/image-reference.ts';
import type { ImageDifference, ImageSide } from '../../../shared/model/revision.ts';

/** The beginning of a digest that is enough to tell images apart. */
export function shortDigest(digest: string): string {
  return digest.replace(/^(sha256:[0-9a-f]{12}).*$/, '$1');
}

/** A side of an image difference: its tag, and the beginning of its digest where it is known. */
export function sideText(side: ImageSide | undefined): string {
  if (side === undefined) return 'none';
  const name = side.tag ?? parseImageReference(side.image)?.tag ?? side.image;
  return side.digest === undefined ? name : `${name} (${shortDigest(side.digest)})`;
}

/** Whether a container gets another image. A tag whose digests are not known on both sides counts as the same. */
export function isOtherImage({ change }: ImageDifference): boolean {
  return change !== 'unchanged' && change !== 'same-image' && change !== 'same-tag';
}

/** An image difference in one line. */
export function imageLine(difference: ImageDifference): string {
  const { container, before, after } = difference;
  if (!isOtherImage(difference)) return `${container}: ${sideText(after)}, unchanged`;
  return `${container}: ${sideText(before)} → ${sideText(after)}`;
}
