import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  type ECRClient,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import {
  type CreatedRepository,
  NEWEST_KEPT,
  type NewLifecycle,
  type NewRepository,
  newRepositoryText,
  UNTAGGED_DAYS,
} from '../../../shared/model/image.ts';
import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { awsErrorName } from '../aws/errors.ts';
import type { GuardedChangeDependencies } from '../aws/guarded-changes.ts';
import { NEVER_ABORTED, withRetry } from '../aws/retry.ts';
import { requireGuardAllows } from '../environments/guarded-change.ts';
import { recordStep } from '../journal/record-step.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { SettingsStore } from '../settings/settings-file.ts';
import { findRepository } from './ecr-repository.ts';
import { repositoryFacts } from './list-images.ts';

interface CreationDependencies extends GuardedChangeDependencies {
  readonly aws: Pick<Aws, 'ecr' | 'sts'>;
  readonly settings: Pick<SettingsStore, 'setNewRepositories'>;
}

/** The method that creates a repository. */
export function createRepositoryHandlers(
  dependencies: CreationDependencies,
): Pick<Handlers, 'repositories.create'> {
  const { accounts, environments, clock, settings } = dependencies;
  return {
    'repositories.create': async (
      { account: id, region, cluster, service, confirmation, overrides, remember, ...wanted },
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
      const created = await createRepository(
        { ...dependencies, requireAllowed },
        { account: id, region },
        wanted,
        signal,
      );
      const { repository: _, ...defaults } = wanted;
      if (remember === true && created.created) settings.setNewRepositories(id, defaults);
      return created;
    },
  };
}

/**
 * Creates an ECR repository (CreateRepository, and PutLifecyclePolicy where it gets one) and returns it. One that exists is returned as it is, and nothing is sent: its
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
  const { entries } = dependencies.journal;
  const lifecyclePolicyText = policyOf(wanted.lifecycle);
  const { repository: target } = wanted;
  const entry = entries.begin({
    ...scope,
    subject: target,
    kind: 'push',
    title: `Create the repository ${target} with ${newRepositoryText(wanted)}`.slice(0, LONGEST_TITLE),
    calls: [
      { operation: 'CreateRepository', target },
      ...(lifecyclePolicyText === undefined ? [] : [{ operation: 'PutLifecyclePolicy', target }]),
    ],
    ...(callerIdentity === undefined ? {} : { callerIdentity }),
  });
  try {
    const created = await recordStep(entries, {
      entry,
      operation: 'CreateRepository',
      send: () => sendOnce(ecr, wanted),
      resultOf: ({ repository }) => repository.uri,
    });
    if (lifecyclePolicyText !== undefined && created.created) {
      const command = new PutLifecyclePolicyCommand({ repositoryName: target, lifecyclePolicyText });
      await recordStep(entries, {
        entry,
        operation: 'PutLifecyclePolicy',
        send: () => withRetry(NEVER_ABORTED, () => ecr.send(command)),
        resultOf: () => wanted.lifecycle,
      }).catch((error: unknown) => {
        throw new WithoutPolicy(created, error);
      });
    }
    entries.update(entry, { state: 'done' });
    return created;
  } catch (error) {
    const cause = error instanceof WithoutPolicy ? error.cause : error;
    const said =
      cause instanceof SlipwayError ? cause.message : 'It failed unexpectedly. See the log for details.';
    if (!(error instanceof WithoutPolicy)) {
      entries.update(entry, { state: 'failed', sentence: said });
      throw error;
    }
    const problem = `The repository ${target} was created, but its lifecycle policy was not set. ${said}`;
    entries.update(entry, { state: 'failed', sentence: problem });
    return { ...error.created, problem };
  }
}

/** The repository is there, and its policy is not. */
class WithoutPolicy extends Error {
  readonly created: CreatedRepository;
  constructor(created: CreatedRepository, cause: unknown) {
    super('The lifecycle policy was not set.', { cause });
    this.created = created;
  }
}

const LONGEST_TITLE = 300;

/**
 * A policy keeps the images that an index lists, and artifacts that refer to an image go with it. It does not know what runs.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
function policyOf(lifecycle: NewLifecycle | undefined): string | undefined {
  if (lifecycle === undefined || lifecycle === 'none') return undefined;
  const untagged = {
    rulePriority: 1,
    description: `Remove images without a tag ${UNTAGGED_DAYS} days after their push`,
    selection: {
      tagStatus: 'untagged',
      countType: 'sinceImagePushed',
      countUnit: 'days',
      countNumber: UNTAGGED_DAYS,
    },
    action: { type: 'expire' },
  };
  const newest = {
    rulePriority: 2,
    description: `Keep the newest ${NEWEST_KEPT} images`,
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: NEWEST_KEPT },
    action: { type: 'expire' },
  };
  return JSON.stringify({ rules: lifecycle === 'newest' ? [untagged, newest] : [untagged] });
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
  const { repository, scanOnPush, encryption, kmsKey, resourceTags = [] } = wanted;
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
    ...(resourceTags.length === 0
      ? {}
      : { tags: resourceTags.map(({ key, value }) => ({ Key: key, Value: value })) }),
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

function requireFacts(
  found: Parameters<typeof repositoryFacts>[0],
  { repository }: NewRepository,
): CreatedRepository['repository'] {
  const [facts] = repositoryFacts(found);
  if (facts !== undefined) return facts;
  throw new SlipwayError('INTERNAL', `ECR described the repository ${repository} without its address.`);
}
