import type { ImageFailure, ImageIdentifier } from '@aws-sdk/client-ecr';
import { isDigest } from '../../registry/digest.ts';
import { findImage, type Repository, type StoredImage } from '../../registry/repository.ts';

/** The image that an identifier names, or why there is none, as `failures` of the batch calls tell it. */
export type FoundImage =
  | { readonly found: true; readonly image: StoredImage }
  | { readonly found: false; readonly failure: ImageFailure };

/** Looks up an image by tag, by digest, or by both, which must then agree. */
export function findIdentified(repository: Repository, imageId: ImageIdentifier): FoundImage {
  const { imageTag, imageDigest } = imageId;
  if (imageTag === undefined && imageDigest === undefined) {
    return failure(
      imageId,
      'MissingDigestAndTag',
      'Invalid request parameters: both tag and digest cannot be null',
    );
  }
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    return failure(
      imageId,
      'InvalidImageDigest',
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    );
  }
  const image = findImage(repository, imageDigest ?? imageTag ?? '');
  if (image === undefined) return failure(imageId, 'ImageNotFound', 'Requested image not found');
  if (imageTag !== undefined && !image.tags.has(imageTag)) {
    return failure(
      imageId,
      'ImageTagDoesNotMatchDigest',
      'Requested image tag does not match the image digest',
    );
  }
  return { found: true, image };
}

function failure(
  imageId: ImageIdentifier,
  failureCode: NonNullable<ImageFailure['failureCode']>,
  failureReason: string,
): FoundImage {
  return { found: false, failure: { imageId, failureCode, failureReason } };
}
