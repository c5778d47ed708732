import { assertNever } from '../../../shared/assert-never.ts';
import type { Image, Platform } from '../../../shared/model/image.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import type { ImageDifference, ImageVersionChange } from '../../../shared/model/revision.ts';
import type { RunningContainer } from '../../../shared/model/service.ts';
import { shortDigest } from './format.ts';

/** An image as a person reads it: the repository without its registry, and the tag or the short digest. */
export interface ImageName {
  readonly repository: string;
  readonly version: string;
}

/** How an image is written in a line. What is no image reference is shown as it is. */
export function imageName(image: string): ImageName {
  const reference = parseImageReference(image);
  if (!reference) return { repository: image, version: '' };
  if (reference.tag !== undefined) return { repository: reference.repository, version: reference.tag };
  if (reference.digest !== undefined)
    return { repository: reference.repository, version: `@${shortDigest(reference.digest)}` };
  return { repository: reference.repository, version: 'latest' };
}

/**
 * The tag of a running digest: the task definition's, unless the digest has another one. Undefined while a container runs
 * several digests and the tags of this one are not known: only one of them has the tag of the task definition.
 */
export function runningVersion(container: RunningContainer, facts: Image | undefined): string | undefined {
  const { version } = imageName(container.image);
  if (facts !== undefined) return facts.tags.includes(version) ? version : (facts.tags[0] ?? 'untagged');
  return container.digests.length > 1 ? undefined : version;
}

/** The label of the image change, or nothing where before and after say it all. */
export function imageVersionLabel(change: ImageVersionChange): string | undefined {
  switch (change) {
    case 'first':
      return 'first revision';
    case 'unchanged':
      return 'unchanged';
    case 'changed':
      return undefined;
    case 'same-image':
      return 'same image';
    case 'tag-moved':
      return 'tag moved';
    case 'same-tag':
      return 'same tag, digest unknown';
    case 'added':
      return 'container added';
    case 'removed':
      return 'container removed';
    default:
      return assertNever(change);
  }
}

/** Compressed bytes after minus before, where both are known and differ. */
export function sizeChange(difference: ImageDifference): number | undefined {
  const before = difference.before?.facts?.sizeBytes;
  const after = difference.after?.facts?.sizeBytes;
  if (before === undefined || after === undefined || before === after) return undefined;
  return after - before;
}

/** The label of the platforms, such as `amd64, arm64/v8`; nothing where none is known. */
export function platformLabel(platforms: readonly Platform[] = []): string | undefined {
  if (platforms.length === 0) return undefined;
  return platforms
    .map(({ architecture, variant }) => (variant === undefined ? architecture : `${architecture}/${variant}`))
    .join(', ');
}

/** Git commits in the short form that git itself prints. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}
