import { Option } from 'commander';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import {
  NewRepository,
  newRepositoryText,
  type Repository,
  type RepositoryDefaults,
} from '../../../shared/model/image.ts';
import type { PlannedCall } from '../../../shared/model/plan.ts';
import type { Invocation } from './verb.ts';

/** Where a repository is created: its account and region, and the cluster and service that it is created for, whose rules count. */
export interface RepositoryPlace extends Scope {
  readonly cluster?: string | undefined;
  readonly service?: string | undefined;
}

/** The option that creates the repository of an image. `verb` begins its description. */
export function createRepositoryOption(verb = ''): Option {
  return new Option(
    '--create-repository <tags>',
    `${verb}create the ECR repository where it does not exist, with immutable or mutable tags`,
  ).choices(NewRepository.shape.tags.options);
}

/**
 * What --create-repository asks for; the rest is what new repositories of the account get. `latest` beside the tag of each release
 * has to move. Undefined without the option.
 */
export function askedRepository(
  { flags }: Pick<Invocation, 'flags'>,
  repository: string,
  defaults: RepositoryDefaults,
): NewRepository | undefined {
  const tags = NewRepository.shape.tags.safeParse(flags.text('create-repository'));
  if (!tags.success) return undefined;
  const movableTag = tags.data === 'immutable' ? movedTagOf({ flags }) : undefined;
  return { ...defaults, repository, tags: tags.data, ...(movableTag === undefined ? {} : { movableTag }) };
}

/** What new repositories of an account get; nothing of it has to be set. */
export async function repositoryDefaults(client: Client, account: string): Promise<RepositoryDefaults> {
  const { newRepositories } = await client.call('settings.read', {});
  return newRepositories[account] ?? {};
}

/** `plan` shows the repository of an image that it does not push. */
function movedTagOf({ flags }: Pick<Invocation, 'flags'>): string | undefined {
  return flags.has('also-tag') ? flags.text('also-tag') : undefined;
}

/** The call that creates it, for a plan. */
export function creationCall(wanted: NewRepository): PlannedCall {
  return {
    operation: 'CreateRepository',
    target: `${wanted.repository} (${newRepositoryText(wanted)})`,
  };
}

/** Says which repository is created, before anything is built or pushed. */
export function announceRepository({ output }: Pick<Invocation, 'output'>, wanted: NewRepository): void {
  output.note(
    `The repository ${wanted.repository} does not exist and is created with ${newRepositoryText(wanted)}.`,
  );
}

/** The answers of the command to a change that the rules of the account guard. */
export function answersOf({ flags }: Pick<Invocation, 'flags'>): {
  readonly confirmation?: string;
  readonly overrides: string[];
} {
  const confirmation = flags.text('confirm');
  return {
    ...(confirmation === undefined ? {} : { confirmation }),
    overrides: [...flags.texts('override')],
  };
}

/** An error that says which option confirms a change, where the rules ask for a name. `word`: what has to be typed. */
export async function withConfirmOption(
  client: Client,
  {
    account,
    cluster,
    service,
    ...used
  }: Pick<RepositoryPlace, 'account' | 'cluster' | 'service'> & {
    /** Of a change of a repository that clusters may use. */
    readonly region?: string;
    readonly repository?: string;
  },
  {
    word,
    confirmation,
    error,
  }: { readonly word: string; readonly confirmation?: string | undefined; readonly error: unknown },
): Promise<never> {
  const isRefused = error instanceof SlipwayError && error.code === 'INVALID_INPUT';
  if (!isRefused || confirmation === word) throw error;
  const guard = await client.call('environments.of', {
    account,
    ...(cluster === undefined ? {} : { cluster }),
    ...(service === undefined ? {} : { service }),
    ...used,
  });
  if (guard.confirm !== 'name') throw error;
  throw new SlipwayError(
    'INVALID_INPUT',
    `Nothing was sent, because ${cluster ?? used.repository ?? account} is ${guard.environment}. Add --confirm ${word}.`,
  );
}

/**
 * Creates a repository where it does not exist; the journal has the call. Every verb that creates one does it here. Returns it, and
 * what one that exists has otherwise than asked for: it is not changed. Throws what the
 * rules of the environment refuse for one that does not exist, with the option that is missing.
 */
export async function createRepository(
  { flags, output }: Invocation,
  client: Client,
  { account, region, cluster, service }: RepositoryPlace,
  wanted: NewRepository,
): Promise<{
  readonly repository: Repository;
  readonly created: boolean;
  readonly differences: readonly string[];
}> {
  const place = {
    account,
    ...(cluster === undefined ? {} : { cluster }),
    ...(service === undefined ? {} : { service }),
  };
  const answers = answersOf({ flags });
  const remember = flags.has('remember') && flags.isSet('remember');
  const input = { ...place, region, ...toInput(wanted), ...answers, ...(remember ? { remember } : {}) };
  const { repository, created, problem } = await client
    .call('repositories.create', input)
    .catch((error: unknown) =>
      withConfirmOption(client, place, {
        word: service ?? wanted.repository,
        confirmation: answers.confirmation,
        error,
      }),
    );
  if (created) output.note(`Created the repository ${repository.name} with ${newRepositoryText(wanted)}.`);
  if (problem !== undefined) output.problem([{ text: problem, style: 'yellow' }]);
  return { repository, created, differences: created ? [] : repositoryDifferences(repository, wanted) };
}

function toInput({ resourceTags, ...wanted }: NewRepository) {
  return { ...wanted, ...(resourceTags === undefined ? {} : { resourceTags: [...resourceTags] }) };
}

/** Says of a repository that exists what it has otherwise. */
export function differenceSentence({ name }: Repository, differences: readonly string[]): string {
  return `The repository ${name} exists already and was not changed: ${differences.join(', ')}.`;
}

/** What a repository has otherwise than it was asked for, each as a part of a sentence. What was not asked for is not compared. */
function repositoryDifferences(
  { tagMutability, scanOnPush = false, encryption = 'AES256', kmsKey = '' }: Repository,
  wanted: NewRepository,
): readonly string[] {
  const tags = tagMutability.startsWith('IMMUTABLE') ? 'immutable' : 'mutable';
  const isOtherKey =
    wanted.kmsKey !== undefined &&
    // Which key an alias is, ECR does not say.
    !wanted.kmsKey.includes('alias/') &&
    kmsKey !== wanted.kmsKey &&
    !kmsKey.endsWith(`/${wanted.kmsKey}`);
  return [
    ...(tags === wanted.tags ? [] : [`its tags are ${tags}, not ${wanted.tags}`]),
    ...(wanted.scanOnPush === undefined || wanted.scanOnPush === scanOnPush
      ? []
      : [wanted.scanOnPush ? 'it does not scan on push' : 'it scans on push']),
    ...(wanted.encryption === undefined || wanted.encryption === encryption
      ? []
      : [`its encryption is ${encryption}, not ${wanted.encryption}`]),
    ...(isOtherKey ? [`its key is ${kmsKey === '' ? 'none of KMS' : kmsKey}, not ${wanted.kmsKey}`] : []),
  ];
}
