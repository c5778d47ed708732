import { imageReferenceProblem } from '../../../../shared/image-reference-problem.ts';
import type { Image } from '../../../../shared/model/image.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';

/** The images with a tag, a digest or a commit that holds the text; the ones with exactly this tag first. */
export function searchImages(images: readonly Image[], text: string): readonly Image[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return images;
  const found = images.filter(({ tags, digest, commit }) =>
    [...tags, digest, commit ?? ''].some((word) => word.toLowerCase().includes(wanted)),
  );
  const exact = found.filter((image) => hasTag(image, wanted));
  return [...exact, ...found.filter((image) => !exact.includes(image))];
}

function hasTag({ tags }: Image, wanted: string): boolean {
  return tags.some((tag) => tag.toLowerCase() === wanted);
}

/** The image of a search that Enter takes: the one with exactly this tag, or the first that is not running already. */
export function bestMatch(
  found: readonly Image[],
  text: string,
  isRunning: (image: Image) => boolean,
): Image | undefined {
  const wanted = text.trim().toLowerCase();
  return found.find((image) => hasTag(image, wanted)) ?? found.find((image) => !isRunning(image)) ?? found[0];
}

/** The images with the running ones first, each group in its order. */
export function runningFirst(
  images: readonly Image[],
  isRunning: (image: Image) => boolean,
): readonly Image[] {
  return [...images.filter(isRunning), ...images.filter((image) => !isRunning(image))];
}

/** What runs of a container: its image reference, and the digests of its tasks where they are known. */
export interface RunningImage {
  readonly image: string;
  readonly digests: readonly string[];
}

/** Whether an image of the container's repository is what runs: by digest, or by tag where no digest is known. */
export function isRunningImage({ digest, tags }: Image, running: RunningImage): boolean {
  const reference = parseImageReference(running.image);
  if (running.digests.length > 0) return running.digests.includes(digest);
  if (reference?.digest !== undefined) return reference.digest === digest;
  return tags.includes(reference?.tag ?? 'latest');
}

/** A whole image reference that was typed, such as `nginx:1.27`; undefined for the beginning of a tag. */
export function typedReference(text: string): string | undefined {
  const typed = text.trim();
  return /[/:]/.test(typed) && parseImageReference(typed) !== undefined ? typed : undefined;
}

/** Why a text with a slash, a colon or an @ is not an image reference. Undefined for a reference, and for the beginning of a tag. */
export function typedProblem(text: string): string | undefined {
  const typed = text.trim();
  return /[/:@]/.test(typed) ? imageReferenceProblem(typed) : undefined;
}

/** The tag that an image is deployed by unless the person chooses another: the first that is not `latest`. */
export function preferredTag({ tags }: Image): string | undefined {
  return tags.find((tag) => tag !== 'latest') ?? tags[0];
}
