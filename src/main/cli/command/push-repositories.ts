import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Repository } from '../../../shared/model/image.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import type { Check, Plan } from '../../../shared/model/plan.ts';
import {
  announceRepository,
  askedRepository,
  createRepository,
  creationCall,
  differenceSentence,
  type RepositoryPlace,
  repositoryDefaults,
} from './new-repository.ts';
import type { PushTarget } from './push-target.ts';
import { refusalMessages, warnOfRefusals } from './refusal-warnings.ts';
import type { Invocation } from './verb.ts';

export interface RepositoryRequest {
  readonly invocation: Invocation;
  readonly client: Client;
  readonly place: RepositoryPlace;
  /** How the command names another repository, for a refusal. */
  readonly otherName: string;
}

/** The repositories of the account and region; undefined for a role that may not list them. */
export async function listRepositories({
  client,
  place: { account, region },
}: Pick<RepositoryRequest, 'client' | 'place'>): Promise<readonly Repository[] | undefined> {
  return client.call('repositories.list', { account, region }).catch((error: unknown) => {
    // A role that may see only its own repository is told by the push.
    if (error instanceof SlipwayError && error.code === 'FORBIDDEN') return undefined;
    throw error;
  });
}

/**
 * Throws NOT_FOUND for a repository that is missing, unless --create-repository asks for it, and for one of the ECR of another
 * account or region; INVALID_INPUT for another registry that the Docker configuration has no login for.
 */
export async function requireRepositories(
  request: RepositoryRequest,
  targets: readonly PushTarget[],
  repositories: readonly Repository[] | undefined,
): Promise<void> {
  const { flags } = request.invocation;
  for (const target of targets) await requireLogin(request, registryElsewhere(target, repositories));
  if (repositories === undefined) return;
  const missing = targets.filter(
    (target) =>
      registryElsewhere(target, repositories) === undefined &&
      !repositories.some((each) => isOf(each, target)),
  );
  const isCreated = flags.isSet('create-repository');
  const refused = missing.find(
    ({ registry }) => !isCreated || (registry !== undefined && isOtherRegistry(registry, repositories)),
  );
  if (refused !== undefined) throw noRepository(request, refused);
  const { account, region } = request.place;
  const ofEcr = targets.filter((target) => registryElsewhere(target, repositories) === undefined);
  for (const repository of new Set(ofEcr.map((target) => target.repository))) {
    const isNew = missing.some((target) => target.repository === repository);
    const changes = isNew ? (['create-repository', 'push'] as const) : (['push'] as const);
    const query = { account, region, repository, changes: [...changes] };
    await warnOfRefusals(request.invocation, request.client, query);
  }
}

/** The login is looked for before a build, which may take long. A credential store is asked by the push. */
async function requireLogin(
  { client, otherName }: RepositoryRequest,
  registry: string | undefined,
): Promise<void> {
  if (registry === undefined) return;
  const { registries, store } = await client.call('docker.logins', {});
  const host = DOCKER_HUB.has(registry) ? 'index.docker.io' : registry;
  if (store !== undefined || registries.includes(host)) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `${registry} is not an ECR registry, and the Docker configuration has no login for it, so no image is pushed to it. Sign in with “docker login ${registry}”, or name an ECR repository with ${otherName}.`,
  );
}

const DOCKER_HUB: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io']);

/**
 * The registry of a target that is in no ECR, which takes the login of the Docker configuration. Undefined for ECR, also of
 * another account or region.
 */
export function registryElsewhere(
  { registry }: PushTarget,
  repositories: readonly Repository[] | undefined = [],
): string | undefined {
  if (registry === undefined || /\.dkr[.-]ecr/.test(registry)) return undefined;
  return isOtherRegistry(registry, repositories) ? registry : undefined;
}

/** Prints which repositories --create-repository creates, before anything is built. */
export async function announceRepositories(
  { invocation, client, place }: RepositoryRequest,
  targets: readonly PushTarget[],
  repositories: readonly Repository[] | undefined,
): Promise<void> {
  if (repositories === undefined || !invocation.flags.isSet('create-repository')) return;
  const defaults = await repositoryDefaults(client, place.account);
  const missing = targets.filter((target) => !repositories.some((each) => isOf(each, target)));
  for (const name of new Set(missing.map(({ repository }) => repository))) {
    const asked = askedRepository(invocation, name, defaults);
    if (asked !== undefined) announceRepository(invocation, asked);
  }
}

/** Creates the repositories of ECR that do not exist, where --create-repository asks for it. */
export async function createRepositories(
  { invocation, client, place }: RepositoryRequest,
  targets: readonly PushTarget[],
): Promise<void> {
  if (!invocation.flags.isSet('create-repository')) return;
  const defaults = await repositoryDefaults(client, place.account);
  for (const name of new Set(targets.map(({ repository }) => repository))) {
    const asked = askedRepository(invocation, name, defaults);
    if (asked === undefined) continue;
    const { repository, differences } = await createRepository(invocation, client, place, asked);
    if (differences.length === 0) continue;
    const text = differenceSentence(repository, differences);
    invocation.output.problem([{ text, style: 'yellow' }]);
  }
}

/**
 * A plan with the repositories that --create-repository would create for its images: a call for each, before the others. Their
 * images can't be checked before they are pushed.
 */
export async function withNewRepositories(
  request: Omit<RepositoryRequest, 'otherName'>,
  plan: Plan,
): Promise<Plan> {
  const { invocation } = request;
  const isAsked = invocation.flags.isSet('create-repository');
  const repositories = isAsked ? await listRepositories(request) : undefined;
  if (repositories === undefined) return plan;
  const missing = new Map<string, string>();
  for (const { container, after } of plan.images) {
    const { registry, repository } = parseImageReference(after?.image ?? '') ?? {};
    const isInEcr =
      registry !== undefined && repository !== undefined && !isOtherRegistry(registry, repositories);
    if (isInEcr && !repositories.some(({ name }) => name === repository)) missing.set(container, repository);
  }
  if (missing.size === 0) return plan;
  const checks = plan.checks.map((check): Check => {
    const repository =
      check.result === 'fail' && check.rule === 'image' ? missing.get(check.subject ?? '') : undefined;
    if (repository === undefined) return check;
    const { overridable: _, ...rest } = check;
    return {
      ...rest,
      result: 'unknown',
      message: `The image of ${check.subject} can't be checked before the repository ${repository} is created`,
      advice: 'A deploy creates the repository, pushes the image, and checks it then.',
    };
  });
  const defaults = await repositoryDefaults(request.client, request.place.account);
  const calls = [...new Set(missing.values())].flatMap((repository) => {
    const asked = askedRepository(invocation, repository, defaults);
    return asked === undefined ? [] : [creationCall(asked)];
  });
  const { account, region } = request.place;
  const refused = await Promise.all(
    [...new Set(missing.values())].map((repository) =>
      refusalMessages(request.client, {
        account,
        region,
        repository,
        changes: ['create-repository', 'push'],
      }),
    ),
  );
  const ofRepositories = [...new Set(refused.flat())].map(
    (message): Check => ({ rule: 'call-permission', result: 'warn', message }),
  );
  return {
    ...plan,
    checks: [...checks, ...ofRepositories],
    calls: [...calls, ...plan.calls],
    canExecute: plan.otherWay === undefined && !checks.some(({ result }) => result === 'fail'),
  };
}

export function isOf({ name, uri }: Repository, { registry, repository }: PushTarget): boolean {
  return name === repository && (registry === undefined || uri === `${registry}/${repository}`);
}

/** Whether the repositories of the account are all in another registry. Without any, ECR's host names tell. */
function isOtherRegistry(registry: string, repositories: readonly Repository[]): boolean {
  const [first] = repositories;
  if (first === undefined) return !/\.dkr[.-]ecr/.test(registry) && !/^(?:localhost|127\.)/.test(registry);
  return first.uri !== `${registry}/${first.name}`;
}

export function noRepository(
  { place: { region }, otherName }: Pick<RepositoryRequest, 'place' | 'otherName'>,
  { registry, repository }: PushTarget,
): SlipwayError {
  const name = registry === undefined ? repository : `${registry}/${repository}`;
  return new SlipwayError(
    'NOT_FOUND',
    `${name} is not an ECR repository of this account in ${region}, so no image can be pushed to it. Create it with --create-repository, or name another one with ${otherName}.`,
  );
}
