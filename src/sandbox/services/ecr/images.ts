import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  type Image,
  type ImageFailure,
  type ImageIdentifier,
  ImageNotFoundException$,
  ListImagesCommand,
  type ListImagesFilter,
} from '@aws-sdk/client-ecr';
import { awsError, type CallContext, type Operation, operation } from '../../aws-api/service.ts';
import {
  indexOf,
  type Repository,
  removeImage,
  removeTag,
  type StoredImage,
} from '../../registry/repository.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';
import { imageDetail, statusOf } from './image-detail.ts';
import { findIdentified } from './image-identifiers.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { page } from './pages.ts';

/** ListImages, DescribeImages, BatchGetImage and BatchDeleteImage. */
export function imageOperations(state: EcrState): readonly Operation[] {
  return [
    operation(ListImagesCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const identifiers = filteredImages(repository, input.filter).flatMap(identifiersOf);
      const key = ({ imageDigest = '', imageTag = '' }: ImageIdentifier) => `${imageDigest} ${imageTag}`;
      const { items, ...rest } = page(identifiers, key, input);
      return { imageIds: [...items], ...rest };
    }),

    operation(DescribeImagesCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      if (input.imageIds !== undefined) {
        // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html (maxResults)
        if (input.maxResults !== undefined) {
          throw invalidParameter(
            'maxResults',
            'This option cannot be used when you specify images with imageIds',
          );
        }
        const images = input.imageIds.map((imageId) => describedImage(repository, imageId, context));
        return {
          imageDetails: [...new Set(images)].map((image) =>
            imageDetail(repository, image, state.clock.now(), context),
          ),
        };
      }
      const { items, ...rest } = page(filteredImages(repository, input.filter), (each) => each.digest, input);
      return {
        imageDetails: items.map((image) => imageDetail(repository, image, state.clock.now(), context)),
        ...rest,
      };
    }),

    operation(BatchGetImageCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const images: Image[] = [];
      const failures: ImageFailure[] = [];
      for (const imageId of input.imageIds ?? []) {
        const result = findIdentified(repository, imageId);
        if (!result.found) failures.push(result.failure);
        else if (isAccepted(result.image, input.acceptedMediaTypes)) {
          images.push(imageShape(repository, result.image, imageId.imageTag, context));
        } else {
          const failureReason = `The image is of type ${result.image.manifest.mediaType}, which is not accepted`;
          failures.push({ imageId, failureCode: 'ImageNotFound', failureReason });
        }
      }
      return { images, failures };
    }),

    operation(BatchDeleteImageCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const imageIds: ImageIdentifier[] = [];
      const failures: ImageFailure[] = [];
      for (const imageId of input.imageIds ?? []) {
        const result = deleteIdentified(state, repository, imageId);
        if (result.deleted) imageIds.push(...result.imageIds);
        else failures.push(result.failure);
      }
      return { imageIds, failures };
    }),
  ];
}

/** An image as BatchGetImage and PutImage show it: the manifest is the very text that was pushed. */
export function imageShape(
  repository: Repository,
  image: StoredImage,
  imageTag: string | undefined,
  { accountId }: CallContext,
): Image {
  return {
    registryId: accountId,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag },
    imageManifest: image.bytes.toString('utf8'),
    imageManifestMediaType: image.manifest.mediaType,
  };
}

/** In the order of their digests: ECR promises none, and pages need one. */
function filteredImages(
  repository: Repository,
  filter: ListImagesFilter | undefined,
): readonly StoredImage[] {
  const images = [...repository.images.values()].toSorted((one, other) =>
    one.digest < other.digest ? -1 : 1,
  );
  return images.filter((image) => hasTagStatus(image, filter) && hasStatus(image, filter));
}

function hasTagStatus({ tags }: StoredImage, filter: ListImagesFilter | undefined): boolean {
  switch (filter?.tagStatus) {
    case 'TAGGED':
      return tags.size > 0;
    case 'UNTAGGED':
      return tags.size === 0;
    default:
      return true;
  }
}

function hasStatus(image: StoredImage, filter: ListImagesFilter | undefined): boolean {
  return (
    filter?.imageStatus === undefined ||
    filter.imageStatus === 'ANY' ||
    filter.imageStatus === statusOf(image)
  );
}

/** One for each tag, or one without a tag. */
function identifiersOf({ digest, tags }: StoredImage): readonly ImageIdentifier[] {
  if (tags.size === 0) return [{ imageDigest: digest }];
  return [...tags].toSorted().map((imageTag) => ({ imageDigest: digest, imageTag }));
}

/** @throws AwsError `ImageNotFoundException`. */
export function describedImage(
  repository: Repository,
  imageId: ImageIdentifier,
  { accountId }: CallContext,
): StoredImage {
  const result = findIdentified(repository, imageId);
  if (result.found) return result.image;
  const { imageDigest = 'null', imageTag = 'null' } = imageId;
  throw awsError(
    ImageNotFoundException$,
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within the repository with name '${repository.name}' in the registry with id '${accountId}'`,
  );
}

function isAccepted(image: StoredImage, acceptedMediaTypes: readonly string[] | undefined): boolean {
  return acceptedMediaTypes === undefined || acceptedMediaTypes.includes(image.manifest.mediaType);
}

type Deletion =
  | { readonly deleted: true; readonly imageIds: readonly ImageIdentifier[] }
  | { readonly deleted: false; readonly failure: ImageFailure };

/** By digest the image goes with all its tags; by tag only the tag, and the image with its last one. */
function deleteIdentified(state: EcrState, repository: Repository, imageId: ImageIdentifier): Deletion {
  const result = findIdentified(repository, imageId);
  if (!result.found) return { deleted: false, failure: result.failure };
  const { image } = result;
  const { imageTag } = imageId;
  const index = indexOf(repository, image.digest);
  const goesAway = imageTag === undefined || image.tags.size === 1;
  if (index !== undefined && goesAway) {
    const failureReason = `Requested image referenced by manifest list: [${index.digest}]`;
    return {
      deleted: false,
      failure: { imageId, failureCode: 'ImageReferencedByManifestList', failureReason },
    };
  }

  if (imageTag !== undefined) {
    removeTag(repository, imageTag);
    if (goesAway) state.garbage.afterRemoval(repository, [image]);
    return { deleted: true, imageIds: [{ imageDigest: image.digest, imageTag }] };
  }
  const imageIds = identifiersOf(image);
  removeImage(repository, image);
  state.garbage.afterRemoval(repository, [image]);
  return { deleted: true, imageIds };
}
