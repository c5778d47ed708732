import type { ImageDetail, ImageStatus } from '@aws-sdk/client-ecr';
import type { CallContext } from '../../aws-api/service.ts';
import type { Repository, StoredImage } from '../../registry/repository.ts';
import { scanDetail } from './image-scans.ts';

/** An image as DescribeImages shows it. */
export function imageDetail(
  repository: Repository,
  image: StoredImage,
  now: Date,
  { accountId }: CallContext,
): ImageDetail {
  const { digest, tags, sizeInBytes, pushedAt, manifest, lastPulledAt, archivedAt } = image;
  return {
    registryId: accountId,
    repositoryName: repository.name,
    imageDigest: digest,
    imageTags: tags.size === 0 ? undefined : [...tags],
    imageSizeInBytes: sizeInBytes,
    imagePushedAt: pushedAt,
    imageManifestMediaType: manifest.mediaType,
    artifactMediaType: manifest.kind === 'image' ? manifest.config.mediaType : undefined,
    subjectManifestDigest: manifest.subject,
    lastRecordedPullTime: lastPulledAt,
    imageStatus: statusOf(image),
    lastArchivedAt: archivedAt,
    ...scanDetail(image, now),
  };
}

export function statusOf({ archivedAt }: StoredImage): ImageStatus {
  return archivedAt === undefined ? 'ACTIVE' : 'ARCHIVED';
}
