import { BatchGetImageCommand, type ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import { awsErrorName } from '../aws/errors.ts';
import { MANIFEST_TYPES } from './manifest.ts';

interface TagToAdd {
  readonly repository: string;
  /** The tag or digest of an image that is there. */
  readonly image: string;
  readonly tag: string;
}

interface AddedTag {
  readonly digest: string;
  /** The image had this tag already. */
  readonly alreadyThere: boolean;
}

/**
 * Gives an image another tag: its manifest is put again (BatchGetImage, PutImage). Throws NOT_FOUND for an image that is not
 * there, and CONFLICT where the tag has another image and is immutable.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html
 */
export async function addTag(
  ecr: ECRClient,
  { repository, image, tag }: TagToAdd,
  signal: AbortSignal,
): Promise<AddedTag> {
  const read = new BatchGetImageCommand({
    repositoryName: repository,
    imageIds: [image.startsWith('sha256:') ? { imageDigest: image } : { imageTag: image }],
    acceptedMediaTypes: MANIFEST_TYPES,
  });
  const { images = [] } = await ecr.send(read, { abortSignal: signal });
  const { imageManifest, imageManifestMediaType, imageId } = images[0] ?? {};
  if (imageManifest === undefined || imageId?.imageDigest === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      `${repository} has no image ${image}. List its images, and name one.`,
    );
  }
  const digest = imageId.imageDigest;
  try {
    const put = new PutImageCommand({
      repositoryName: repository,
      imageManifest,
      imageManifestMediaType,
      imageTag: tag,
      imageDigest: digest,
    });
    await ecr.send(put, { abortSignal: signal });
    return { digest, alreadyThere: false };
  } catch (error) {
    if (awsErrorName(error) === 'ImageAlreadyExistsException') return { digest, alreadyThere: true };
    if (awsErrorName(error) !== 'ImageTagAlreadyExistsException') throw error;
    throw new SlipwayError(
      'CONFLICT',
      `The tag ${tag} of ${repository} has another image and is immutable, so it was not moved. Choose another tag.`,
      { cause: error },
    );
  }
}
