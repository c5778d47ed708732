import { type ImageCleanupItem, imageKey } from '../../../../shared/model/image-cleanup.ts';
import type { NewJobItem } from './job-items.ts';

/** What names an image for people. */
export type NamedImage = Pick<ImageCleanupItem, 'repository' | 'digest' | 'tags'>;

/** For example `web:1.4.2`, or `web@sha256:0123456789ab` for an image without a tag. */
export function imageName({ repository, digest, tags }: NamedImage): string {
  const [tag] = tags;
  return tag === undefined
    ? `${repository}@${digest.slice(0, 'sha256:'.length + 12)}`
    : `${repository}:${tag}`;
}

/** Repository and digest of a key. */
export function partsOfKey(key: string): Pick<NamedImage, 'repository' | 'digest'> {
  const at = key.indexOf('@');
  return { repository: key.slice(0, at), digest: key.slice(at + 1) };
}

/** The size of an index is the size of its images, which are deleted with it. */
export function jobItemOfImage(image: NamedImage & Pick<ImageCleanupItem, 'kind' | 'sizeBytes'>): NewJobItem {
  return { arn: imageKey(image), name: imageName(image), state: 'present', bytes: freedBytes([image]) };
}

/**
 * The space that images free at most: ECR counts a layer for every image that has it, and an index like its largest
 * image.
 */
export function freedBytes(images: readonly Pick<ImageCleanupItem, 'kind' | 'sizeBytes'>[]): number {
  return images.reduce((sum, { kind, sizeBytes }) => (kind === 'index' ? sum : sum + sizeBytes), 0);
}
