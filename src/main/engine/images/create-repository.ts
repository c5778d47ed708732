import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  type ECRClient,
} from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { CreatedRepository, NewRepository } from '../../../shared/model/image.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { awsErrorName } from '../aws/errors.ts';
import { NEVER_ABORTED, withRetry } from '../aws/retry.ts';
import type { Environments } from '../environments/environments.ts';
import { requireGuardAllows } from '../environments/release-window.ts';
import type { Journal } from '../journal/journal.ts';
import { recordChange } from '../journal/record-step.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock, Logger } from '../ports/ports.ts';
import { findRepository } from './ecr-repository.ts';
import { repositoryFacts } from './list-images.ts';

interface CreationDependencies {
  readonly aws: Pick<Aws, 'ecr' | 'sts'>;
  readonly journal: Pick<Journal, 'entries'>;
  readonly logger: Logger;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly environments: Pick<Environments, 'guardOf'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** The method that creates a repository. */
export function createRepositoryHandlers(
  dependencies: CreationDependencies,
): Pick<Handlers, 'repositories.create'> {
  const { accounts, environments, clock } = dependencies;
  return {
    'repositories.create': (
      { account: id, region, cluster, service, confirmation, overrides, ...wanted },
      { signal },
    ) => {
      const requireAllowed = (): void => {
        const { account } = accounts.find(id);
        const named = [cluster, service].filter((name) => name !== undefined).join('/');
        const change = {
          place: named === '' ? account.name : named,
          word: service ?? wanted.repository,
          confirmation,
          overrides,
        };
        requireGuardAllows(environments.guardOf({ account, cluster, service }), change, clock.now());
      };
      return createRepository({ ...dependencies, requireAllowed }, { account: id, region }, wanted, signal);
    },
  };
}

/**
 * Creates an ECR repository (CreateRepository) and returns it. One that exists is returned as it is, and nothing is sent: its
 * tags may be mutable then although immutable ones were asked for. The journal has the call before it is sent. Throws what
 * `requireAllowed` throws for one that does not exist, FORBIDDEN with the missing action, INVALID_INPUT for a name that ECR
 * refuses.
 */
async function createRepository(
  dependencies: CreationDependencies & { readonly requireAllowed: () => void },
  scope: Scope,
  wanted: NewRepository,
  signal: AbortSignal,
): Promise<CreatedRepository> {
  const ecr = dependencies.aws.ecr(scope, 'clicked');
  const found = await withRetry(signal, () => findRepository(ecr, wanted.repository, signal));
  if (found !== undefined) return { repository: requireFacts(found, wanted), created: false };
  dependencies.requireAllowed();
  const callerIdentity = await readCallerIdentity(dependencies, scope, signal);
  return recordChange(dependencies.journal.entries, {
    begin: {
      ...scope,
      subject: wanted.repository,
      kind: 'push',
      title: `Create the repository ${wanted.repository} with ${tagsLabel(wanted)}`,
      ...(callerIdentity === undefined ? {} : { callerIdentity }),
    },
    call: { operation: 'CreateRepository', target: wanted.repository },
    send: () => sendOnce(ecr, wanted),
    resultOf: ({ repository }) => repository.uri,
  });
}

/** Somebody else, or an attempt whose answer was lost, may have created it in between: then it is there all the same. */
async function sendOnce(ecr: ECRClient, wanted: NewRepository): Promise<CreatedRepository> {
  const { repository } = wanted;
  const input = requestOf(wanted);
  try {
    const answer = await withRetry(NEVER_ABORTED, () => ecr.send(new CreateRepositoryCommand(input)));
    return { repository: requireFacts(answer.repository ?? {}, wanted), created: true };
  } catch (error) {
    const found = await findRepository(ecr, repository, NEVER_ABORTED).catch(() => undefined);
    if (found === undefined) throw error;
    const created = awsErrorName(error) !== 'RepositoryAlreadyExistsException';
    return { repository: requireFacts(found, wanted), created };
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
function requestOf(wanted: NewRepository): CreateRepositoryCommandInput {
  const { repository, scanOnPush, encryption, kmsKey } = wanted;
  return {
    repositoryName: repository,
    ...mutabilityOf(wanted),
    ...(scanOnPush === undefined ? {} : { imageScanningConfiguration: { scanOnPush } }),
    ...(encryption === undefined
      ? {}
      : {
          encryptionConfiguration: {
            encryptionType: encryption,
            ...(kmsKey === undefined ? {} : { kmsKey }),
          },
        }),
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html */
function mutabilityOf({
  tags,
  movableTag,
}: NewRepository): Pick<
  CreateRepositoryCommandInput,
  'imageTagMutability' | 'imageTagMutabilityExclusionFilters'
> {
  if (tags === 'mutable') return { imageTagMutability: 'MUTABLE' };
  if (movableTag === undefined) return { imageTagMutability: 'IMMUTABLE' };
  return {
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: movableTag }],
  };
}

function tagsLabel({ tags, movableTag }: NewRepository): string {
  return tags === 'immutable' && movableTag !== undefined
    ? `immutable tags, except ${movableTag}`
    : `${tags} tags`;
}

function requireFacts(
  found: Parameters<typeof repositoryFacts>[0],
  { repository }: NewRepository,
): CreatedRepository['repository'] {
  const [facts] = repositoryFacts(found);
  if (facts !== undefined) return facts;
  throw new SlipwayError('INTERNAL', `ECR described the repository ${repository} without its address.`);
}
