import type { Aws } from '../aws/aws.ts';
import type { RequireChangeable } from '../environments/environments.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock, Logger } from '../ports/ports.ts';
import { addTag, imageIdOf } from './add-tag.ts';
import { requireRepository } from './ecr-repository.ts';
import type { ImageCache } from './image-cache.ts';
import { listReferrers } from './image-referrers.ts';
import { readScan } from './image-scan.ts';
import { readLifecycle } from './lifecycle.ts';
import { listImages, listRepositories } from './list-images.ts';

/** The page shows no more. */
const MOST_FINDINGS = 200;

interface ImageDependencies {
  readonly aws: Pick<Aws, 'ecr'>;
  readonly cache: ImageCache;
  readonly logger: Logger;
  readonly requireChangeable: RequireChangeable;
  readonly pollIntervalMs: number;
  readonly clock: Pick<Clock, 'now'>;
}

/** The methods about ECR. */
export function createImageHandlers({
  aws,
  cache,
  logger,
  requireChangeable,
  pollIntervalMs,
  clock,
}: ImageDependencies): Pick<
  Handlers,
  | 'repositories.list'
  | 'repositories.lifecycle'
  | 'images.list'
  | 'images.scan'
  | 'images.referrers'
  | 'images.addTag'
> {
  return {
    'repositories.list': (scope, { signal }) => listRepositories(aws.ecr(scope, 'visible'), signal),
    'repositories.lifecycle': async ({ account, region, repository }, { signal }) => {
      const ecr = aws.ecr({ account, region }, 'visible');
      await requireRepository(ecr, repository, signal);
      return (
        (await readLifecycle({ ecr, repository, signal, pollIntervalMs })) ?? { rules: [], verdicts: [] }
      );
    },
    'images.list': async ({ account, region, repository }, { signal }) => {
      const ecr = aws.ecr({ account, region }, 'visible');
      await requireRepository(ecr, repository, signal);
      return listImages({ ecr, repository, cache, logger }, signal);
    },
    'images.scan': async ({ account, region, repository, image }, { signal }) => {
      const ecr = aws.ecr({ account, region }, 'visible');
      const scan = await readScan(ecr, { repository, imageId: imageIdOf(image), now: clock.now() }, signal);
      return { ...scan, findings: scan.findings.slice(0, MOST_FINDINGS), total: scan.findings.length };
    },
    'images.referrers': ({ account, region, repository, digest }, { signal }) =>
      listReferrers(aws.ecr({ account, region }, 'visible'), { repository, digest }, signal),
    'images.addTag': async ({ account, region, repository, image, tag }, { signal }) => {
      requireChangeable({ account });
      const ecr = aws.ecr({ account, region }, 'visible');
      const { repositoryUri } = await requireRepository(ecr, repository, signal);
      const commitOf = (digest: string): string | undefined => cache.read(digest)?.commit;
      const tagged = await addTag(ecr, { repository, image, tag, commitOf }, signal);
      return { ...tagged, image: `${repositoryUri}:${tag}@${tagged.digest}` };
    },
  };
}
