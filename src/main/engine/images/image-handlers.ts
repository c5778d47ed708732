import type { Aws } from '../aws/aws.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Logger } from '../ports/ports.ts';
import { requireRepository } from './ecr-repository.ts';
import type { ImageCache } from './image-cache.ts';
import { listImages, listRepositories } from './list-images.ts';

interface ImageDependencies {
  readonly aws: Pick<Aws, 'ecr'>;
  readonly cache: ImageCache;
  readonly logger: Logger;
}

/** The methods about ECR. */
export function createImageHandlers({
  aws,
  cache,
  logger,
}: ImageDependencies): Pick<Handlers, 'repositories.list' | 'images.list'> {
  return {
    'repositories.list': (scope, { signal }) => listRepositories(aws.ecr(scope, 'visible'), signal),
    'images.list': async ({ account, region, repository }, { signal }) => {
      const ecr = aws.ecr({ account, region }, 'visible');
      await requireRepository(ecr, repository, signal);
      return listImages({ ecr, repository, cache, logger }, signal);
    },
  };
}
