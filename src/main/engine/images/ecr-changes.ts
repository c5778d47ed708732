import { PutImageTagMutabilityCommand, UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import type { Input } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { awsErrorName } from '../aws/errors.ts';
import type { Environments } from '../environments/environments.ts';
import { requireGuardAllows } from '../environments/guarded-change.ts';
import type { Journal } from '../journal/journal.ts';
import { recordChange } from '../journal/record-step.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock, Logger } from '../ports/ports.ts';
import { imageIdOf } from './add-tag.ts';

interface EcrChangeDependencies {
  readonly aws: Pick<Aws, 'ecr' | 'sts'>;
  readonly journal: Pick<Journal, 'entries'>;
  readonly logger: Logger;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly environments: Pick<Environments, 'guardOf'>;
  readonly clock: Pick<Clock, 'now'>;
}

type Answered = Pick<Input<'images.restore'>, 'account' | 'repository' | 'confirmation' | 'overrides'>;

/**
 * Changes of images and repositories by one call. Of a restore, ECR needs up to 20 minutes; until then the image is
 * ACTIVATING. https://docs.aws.amazon.com/AmazonECR/latest/userguide/restore-image.html
 */
export function createEcrChangeHandlers(
  dependencies: EcrChangeDependencies,
): Pick<Handlers, 'images.restore' | 'repositories.makeImmutable'> {
  const { aws, journal, accounts, environments, clock } = dependencies;
  const requireAllowed = ({
    account: id,
    repository,
    confirmation,
    overrides,
  }: Immutable<Answered>): void => {
    const { account } = accounts.find(id);
    const change = { place: account.name, word: repository, confirmation, overrides };
    requireGuardAllows(environments.guardOf({ account }), change, clock.now());
  };
  return {
    'images.restore': async (input, { signal }) => {
      requireAllowed(input);
      const { account, region, repository, image } = input;
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
    'repositories.makeImmutable': async (input, { signal }) => {
      requireAllowed(input);
      const { account, region, repository } = input;
      const scope = { account, region };
      const ecr = aws.ecr(scope, 'clicked');
      const callerIdentity = await readCallerIdentity(dependencies, scope, signal);
      const command = new PutImageTagMutabilityCommand({
        repositoryName: repository,
        imageTagMutability: 'IMMUTABLE',
      });
      await recordChange(journal.entries, {
        begin: {
          ...scope,
          subject: repository,
          kind: 'push',
          title: `Make the tags of ${repository} immutable`,
          ...(callerIdentity === undefined ? {} : { callerIdentity }),
        },
        call: { operation: 'PutImageTagMutability', target: repository },
        send: () => ecr.send(command, { abortSignal: signal }),
        resultOf: ({ imageTagMutability }) => imageTagMutability,
      });
      return {};
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
