import { UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { awsErrorName } from '../aws/errors.ts';
import type { RequireChangeable } from '../environments/environments.ts';
import type { Journal } from '../journal/journal.ts';
import { recordChange } from '../journal/record-step.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Logger } from '../ports/ports.ts';
import { imageIdOf } from './add-tag.ts';

interface ArchiveDependencies {
  readonly aws: Pick<Aws, 'ecr' | 'sts'>;
  readonly journal: Pick<Journal, 'entries'>;
  readonly logger: Logger;
  readonly requireChangeable: RequireChangeable;
}

/**
 * The method that restores archived images. ECR needs up to 20 minutes; until then the image is ACTIVATING.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/restore-image.html
 */
export function createArchiveHandlers(dependencies: ArchiveDependencies): Pick<Handlers, 'images.restore'> {
  const { aws, journal, requireChangeable } = dependencies;
  return {
    'images.restore': async ({ account, region, repository, image }, { signal }) => {
      requireChangeable({ account });
      const scope = { account, region };
      const ecr = aws.ecr(scope, 'clicked');
      const target = image.startsWith('sha256:') ? `${repository}@${image}` : `${repository}:${image}`;
      const callerIdentity = await readCallerIdentity(dependencies, scope, signal);
      const command = new UpdateImageStorageClassCommand({
        repositoryName: repository,
        imageId: imageIdOf(image),
        targetStorageClass: 'STANDARD',
      });
      const { imageStatus = 'ACTIVATING' } = await recordChange(journal.entries, {
        begin: {
          ...scope,
          subject: repository,
          kind: 'push',
          title: `Restore ${target} from the archive`,
          ...(callerIdentity === undefined ? {} : { callerIdentity }),
        },
        call: { operation: 'UpdateImageStorageClass', target },
        send: () =>
          ecr.send(command, { abortSignal: signal }).catch((error: unknown) => refused(error, target)),
        resultOf: ({ imageStatus: status }) => status,
      });
      return { status: imageStatus };
    },
  };
}

function refused(error: unknown, target: string): never {
  if (awsErrorName(error) !== 'ImageStorageClassUpdateNotSupportedException') throw error;
  throw new SlipwayError(
    'CONFLICT',
    `ECR does not restore ${target} now. Look at its status: only an archived image can be restored.`,
    { cause: error },
  );
}
