import type { ImageDetail } from '@aws-sdk/client-ecr';
import type { Image } from '../../../shared/model/image.ts';
import type { ImageContent } from './image-cache.ts';

/** An image of ECR's DescribeImages, with what is in it as far as that was read. Undefined without a digest. */
export function describedImage(detail: ImageDetail, content: ImageContent | undefined): Image | undefined {
  const { imageDigest, repositoryName, imageTags, imageSizeInBytes, imagePushedAt, imageStatus } = detail;
  const { lastRecordedPullTime, imageScanFindingsSummary: scan } = detail;
  if (imageDigest === undefined) return undefined;
  return {
    repository: repositoryName ?? '',
    digest: imageDigest,
    tags: imageTags ?? [],
    ...(imageSizeInBytes === undefined ? {} : { sizeBytes: imageSizeInBytes }),
    ...(imagePushedAt === undefined ? {} : { pushedAt: imagePushedAt.toISOString() }),
    platforms: [],
    ...content,
    // Registries from before there was a status hold nothing but active images.
    status: imageStatus ?? 'ACTIVE',
    ...(lastRecordedPullTime === undefined ? {} : { pulledAt: lastRecordedPullTime.toISOString() }),
    ...(scan?.findingSeverityCounts === undefined ? {} : { findings: scan.findingSeverityCounts }),
  };
}
