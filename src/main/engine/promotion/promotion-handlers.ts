import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import type { RequireChangeable } from '../environments/environments.ts';
import type { ImageCache } from '../images/image-cache.ts';
import type { Journal } from '../journal/journal.ts';
import { recordChange } from '../journal/record-step.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { Logger } from '../ports/ports.ts';
import { promoteImage } from './promote-image.ts';

interface PromotionDependencies {
  readonly aws: Pick<Aws, 'ecr' | 'sts'>;
  readonly cache: Pick<ImageCache, 'read'>;
  readonly journal: Pick<Journal, 'entries'>;
  readonly logger: Logger;
  readonly secrets: KnownSecrets;
  readonly requireChangeable: RequireChangeable;
}

/** The method that copies images between repositories. */
export function createPromotionHandlers(
  dependencies: PromotionDependencies,
): Pick<Handlers, 'images.promote'> {
  const { aws, cache, journal, secrets, requireChangeable } = dependencies;
  return {
    'images.promote': async (input, { signal, emit }) => {
      const { account, region, repository, image, to, tag, referrers } = input;
      requireChangeable({ account: to.account });
      const scope = { account: to.account, region: to.region };
      const target = tag === undefined ? to.repository : `${to.repository}:${tag}`;
      const putLast = async (digest: string, put: () => Promise<boolean>): Promise<boolean> => {
        const callerIdentity = await readCallerIdentity(dependencies, scope, signal);
        return recordChange(journal.entries, {
          begin: {
            ...scope,
            subject: to.repository,
            kind: 'push',
            title: `Copy ${repository} ${image} of ${account} ${region} to ${target}`,
            ...(callerIdentity === undefined ? {} : { callerIdentity }),
          },
          call: { operation: 'PutImage', target: `${target}@${digest}` },
          send: put,
          resultOf: () => target,
        });
      };
      return promoteImage(
        {
          from: { ecr: aws.ecr({ account, region }, 'clicked'), region, repository },
          to: { ecr: aws.ecr(scope, 'clicked'), region: to.region, repository: to.repository },
          image,
          tag,
          referrers,
        },
        { secrets, signal, emit, putLast, commitOf: (digest) => cache.read(digest)?.commit },
      );
    },
  };
}
