import { PutImageTagMutabilityCommand, UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import type { Input } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { awsErrorName } from '../aws/errors.ts';
import type { GuardedChangeDependencies } from '../aws/guarded-changes.ts';
import { strictestOfPlaces } from '../environments/environments.ts';
import { requireGuardAllows } from '../environments/guarded-change.ts';
import type { RepositoryUser, UsersOfRepository } from '../environments/repository-users.ts';
import { recordChange } from '../journal/record-step.ts';
import type { Handlers } from '../ports/handlers.ts';
import { imageIdOf } from './add-tag.ts';

interface EcrChangeDependencies extends GuardedChangeDependencies {
  readonly aws: Pick<Aws, 'ecr' | 'sts'>;
  readonly usersOfRepository: UsersOfRepository;
}

type Answered = Pick<
  Input<'images.restore'>,
  'account' | 'region' | 'repository' | 'confirmation' | 'overrides'
>;

/** Clusters that a refusal names. */
const MOST_NAMED = 3;

/**
 * Changes of images and repositories by one call. Of a restore, ECR needs up to 20 minutes; until then the image is
 * ACTIVATING. https://docs.aws.amazon.com/AmazonECR/latest/userguide/restore-image.html
 */
export function createEcrChangeHandlers(
  dependencies: EcrChangeDependencies,
): Pick<Handlers, 'images.restore' | 'repositories.makeImmutable'> {
  const { aws, journal, accounts, environments, clock, usersOfRepository } = dependencies;
  const requireAllowed = ({
    account: id,
    region,
    repository,
    confirmation,
    overrides,
  }: Immutable<Answered>): void => {
    const { account } = accounts.find(id);
    const users = usersOfRepository({ account: id, region }, repository);
    const place = users.length === 0 ? account.name : `${repository}, which ${usersText(users)},`;
    const guard = strictestOfPlaces(environments, { account, region }, users);
    requireGuardAllows(guard, { place, word: repository, confirmation, overrides }, clock.now());
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

function usersText(users: readonly RepositoryUser[]): string {
  const names = [...new Set(users.map(({ cluster }) => cluster))];
  const more = names.length > MOST_NAMED ? [`${names.length - MOST_NAMED} more clusters`] : [];
  const named = [...names.slice(0, MOST_NAMED), ...more];
  return `${new Intl.ListFormat('en').format(named)} ${named.length === 1 ? 'uses' : 'use'}`;
}

function refused(error: unknown, target: string): never {
  if (awsErrorName(error) !== 'ImageStorageClassUpdateNotSupportedException') throw error;
  throw new SlipwayError(
    'CONFLICT',
    `ECR does not restore ${target} now. Look at its status: only an archived image can be restored.`,
    { cause: error },
  );
}
