import { ListImageReferrersCommand, UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import { type Operation, operation } from '../../aws-api/service.ts';
import { artifactTypeOf, referrersOf } from '../../registry/referrers.ts';
import { archiveImage } from '../../registry/repository.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';
import { statusOf } from './image-detail.ts';
import { describedImage } from './images.ts';
import { page } from './pages.ts';

/** UpdateImageStorageClass, whose restores need no time here, and ListImageReferrers. */
export function imageStorageOperations(state: EcrState): readonly Operation[] {
  return [
    operation(UpdateImageStorageClassCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const image = describedImage(repository, input.imageId ?? {}, context);
      const isToBeArchived = input.targetStorageClass === 'ARCHIVE';
      archiveImage(repository, image, isToBeArchived ? state.clock.now() : undefined);
      return {
        registryId: context.accountId,
        repositoryName: repository.name,
        imageId: { ...input.imageId, imageDigest: image.digest },
        imageStatus: statusOf(image),
      };
    }),

    operation(ListImageReferrersCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const wanted = input.filter?.artifactTypes;
      const referrers = referrersOf(repository, input.subjectId?.imageDigest ?? '')
        .filter((image) => wanted === undefined || wanted.includes(artifactTypeOf(image) ?? ''))
        .toSorted((one, other) => (one.digest < other.digest ? -1 : 1));
      const { items, ...rest } = page(referrers, ({ digest }) => digest, input);
      return {
        ...rest,
        referrers: items.map((image) => ({
          digest: image.digest,
          mediaType: image.manifest.mediaType,
          artifactType: artifactTypeOf(image),
          size: image.bytes.length,
          annotations: image.manifest.annotations,
          artifactStatus: statusOf(image),
        })),
      };
    }),
  ];
}
