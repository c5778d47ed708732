import { BatchDeleteImageCommand } from '@aws-sdk/client-ecr';
import type { ImageCleanupItem } from '../../../../shared/model/image-cleanup.ts';
import { imageKey } from '../../../../shared/model/image-cleanup.ts';
import { eachOfFew, inBatches } from '../../ecs/batches.ts';
import { describeAll } from '../../images/list-images.ts';
import type { CleanupDependencies } from '../jobs/cleanup-dependencies.ts';
import { imageName, type NamedImage, partsOfKey } from '../jobs/image-name.ts';
import type { ImageJob } from '../jobs/stored-job.ts';
import { MOST_IMAGES_AT_ONCE } from './image-batches.ts';
import { imageItems } from './image-items.ts';
import { linksAmong } from './image-links.ts';
import { usesIn } from './image-use.ts';
import { type KnownImageUse, readImageUse } from './read-image-use.ts';
import { readRepository } from './repository-images.ts';

/** Everything as it was at one moment. */
export interface ImageRead {
  /** What is removed and kept of all that exists, by image key. */
  readonly items: ReadonlyMap<string, ImageCleanupItem>;
  /** The name of an index that exists and lists the image. */
  listedBy(key: string): string | undefined;
  /** What refers to an image, also to one that no longer exists. */
  reasonOfUse(image: NamedImage): string | undefined;
}

/** What a running clean-up of images asks of ECR and ECS, in its own account and region. */
export interface ImageRegistry {
  /** Throws when any part could not be read. */
  read(signal: AbortSignal): Promise<ImageRead>;
  /** Which of these are there, by image key. */
  present(keys: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** At most 100 of one repository. Returns why each of those that were not deleted was not, by image key. */
  deleteImages(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, ImageRefusal>>;
}

export interface ImageRefusal {
  /** ECR's failureCode, such as `ImageNotFound`. */
  readonly code: string;
  readonly reason: string;
}

/** ECR and ECS for one clean-up, at the priority of the background. `known`: what was read for its plan. */
export function createImageRegistry(
  { aws, revisionCaches }: Pick<CleanupDependencies, 'aws' | 'revisionCaches'>,
  { target, policy }: Pick<ImageJob, 'target' | 'policy'>,
  known: KnownImageUse,
): ImageRegistry {
  const scope = { account: target.account, region: target.region };
  // Asked for each time: clients are made again after a login.
  const ecs = () => aws.ecs(scope, 'background');
  const ecr = () => aws.ecr(scope, 'background');
  return {
    async read(signal) {
      const cache = await revisionCaches.of(ecs(), scope);
      const uses = await readImageUse({ ecs: ecs(), cache, signal }, policy, known);
      // The tags last: what they point at now is what counts.
      const contents = await eachOfFew(target.repositories, (name) =>
        readRepository({ ecr: ecr(), signal }, name, known.links),
      );
      const now = new Date();
      const repositories = new Map(
        contents.map(({ repository, images }, index) => [
          target.repositories[index] ?? '',
          { reasonOfUse: usesIn(repository, uses), links: linksAmong(images), images },
        ]),
      );
      const items = [...repositories.values()].flatMap(({ images, reasonOfUse }) =>
        imageItems(images, reasonOfUse, policy, { now, chosen: target.images }),
      );
      return {
        items: new Map(items.map((item) => [imageKey(item), item])),
        listedBy(key) {
          const { repository, digest } = partsOfKey(key);
          const [index] = repositories.get(repository)?.links.listing(digest) ?? [];
          return index && imageName(index);
        },
        reasonOfUse: (image) => repositories.get(image.repository)?.reasonOfUse(image),
      };
    },
    async present(keys, signal) {
      const repositories = new Set(keys.map((key) => partsOfKey(key).repository));
      const there = await eachOfFew([...repositories], async (repository) => {
        const details = await describeAll(ecr(), repository, signal);
        return details.map(({ imageDigest = '' }) => imageKey({ repository, digest: imageDigest }));
      });
      const all = new Set(there.flat());
      return new Set(keys.filter((key) => all.has(key)));
    },
    async deleteImages(keys, signal) {
      const byRepository = Map.groupBy(keys.map(partsOfKey), ({ repository }) => repository);
      const refusals = new Map<string, ImageRefusal>();
      for (const [repositoryName, images] of byRepository) {
        await inBatches(images, MOST_IMAGES_AT_ONCE, async (batch) => {
          const imageIds = batch.map(({ digest }) => ({ imageDigest: digest }));
          const command = new BatchDeleteImageCommand({ repositoryName, imageIds });
          const { failures = [] } = await ecr().send(command, { abortSignal: signal });
          for (const { imageId, failureCode, failureReason } of failures) {
            const key = imageKey({ repository: repositoryName, digest: imageId?.imageDigest ?? '' });
            refusals.set(key, {
              code: failureCode ?? 'no code',
              reason: failureReason ?? 'ECR gave no reason',
            });
          }
          return [];
        });
      }
      return refusals;
    },
  };
}
