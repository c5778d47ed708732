import {
  BatchGetImageCommand,
  type ECRClient,
  type ImageIdentifier,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import { awsErrorName } from '../aws/errors.ts';
import { MANIFEST_TYPES } from './manifest.ts';
import { tagTaken } from './tag-mutability.ts';

interface TagToAdd {
  readonly repository: string;
  /** The tag or digest of an image that is there. */
  readonly image: string;
  readonly tag: string;
  /** The commit that an image was built from, where it is known. */
  readonly commitOf: (digest: string) => string | undefined;
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
  { repository, image, tag, commitOf }: TagToAdd,
  signal: AbortSignal,
): Promise<AddedTag> {
  const read = new BatchGetImageCommand({
    repositoryName: repository,
    imageIds: [imageIdOf(image)],
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
  const manifest = { digest, text: imageManifest, mediaType: imageManifestMediaType };
  const isNew = await putManifest(ecr, { repository, manifest, tag, commit: commitOf(digest) }, signal);
  return { digest, alreadyThere: !isNew };
}

/** An image as ECR is asked for it, by its tag or digest. */
export function imageIdOf(image: string): ImageIdentifier {
  return image.startsWith('sha256:') ? { imageDigest: image } : { imageTag: image };
}

interface ManifestToPut {
  readonly repository: string;
  /** Its text is sent to the byte: a digest stands for it. */
  readonly manifest: {
    readonly digest: string;
    readonly text: string;
    readonly mediaType: string | undefined;
  };
  /** Without one the image is put without a tag, or keeps the tags that it has. */
  readonly tag?: string | undefined;
  /** The commit that it was built from, where it is known: a refusal proposes it as a tag. */
  readonly commit?: string | undefined;
}

/**
 * Puts a manifest into a repository (PutImage). False where the image, or the tag with this image, was there. Throws CONFLICT
 * where the tag has another image and is immutable.
 */
export async function putManifest(
  ecr: ECRClient,
  { repository, manifest: { digest, text, mediaType }, tag, commit }: ManifestToPut,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const put = new PutImageCommand({
      repositoryName: repository,
      imageManifest: text,
      imageManifestMediaType: mediaType,
      imageTag: tag,
      imageDigest: digest,
    });
    await ecr.send(put, { abortSignal: signal });
    return true;
  } catch (error) {
    if (awsErrorName(error) === 'ImageAlreadyExistsException') return false;
    if (awsErrorName(error) !== 'ImageTagAlreadyExistsException') throw error;
    throw await tagTaken(ecr, { repository, tag: tag ?? '', commit, cause: error }, signal);
  }
}
