import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { NewRepository, type Repository } from '../../../shared/model/image.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import type { Check, Plan } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { PushTarget } from './push-target.ts';
import type { Invocation } from './verb.ts';

interface RepositoryRequest {
  readonly invocation: Invocation;
  readonly client: Client;
  readonly service: ServiceRef;
}

/** The repositories of the account and region; undefined for a role that may not list them. */
export async function listRepositories({
  client,
  service: { account, region },
}: Pick<RepositoryRequest, 'client' | 'service'>): Promise<readonly Repository[] | undefined> {
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
  { invocation: { flags }, client, service: { region } }: RepositoryRequest,
  targets: readonly PushTarget[],
  repositories: readonly Repository[] | undefined,
): Promise<void> {
  for (const target of targets) await requireLogin(client, registryElsewhere(target, repositories));
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
  if (refused !== undefined) throw noRepository(refused, region);
}

/** The login is looked for before a build, which may take long. A credential store is asked by the push. */
async function requireLogin(client: Client, registry: string | undefined): Promise<void> {
  if (registry === undefined) return;
  const { registries, store } = await client.call('docker.logins', {});
  const host = DOCKER_HUB.has(registry) ? 'index.docker.io' : registry;
  if (store !== undefined || registries.includes(host)) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `${registry} is not an ECR registry, and the Docker configuration has no login for it, so no image is pushed to it. Sign in with “docker login ${registry}”, or name an ECR repository with -i CONTAINER=REPOSITORY.`,
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
export function announceRepositories(
  { flags, output }: Invocation,
  targets: readonly PushTarget[],
  repositories: readonly Repository[] | undefined,
): void {
  const tags = flags.text('create-repository');
  if (tags === undefined || repositories === undefined) return;
  const names = targets
    .filter((target) => !repositories.some((each) => isOf(each, target)))
    .map(({ repository }) => repository);
  for (const name of new Set(names)) {
    output.note(`The repository ${name} does not exist and is created with ${tags} tags.`);
  }
}

/**
 * A plan with the repositories that --create-repository would create for its images: a call for each, before the others. Their
 * images can't be checked before they are pushed.
 */
export async function withNewRepositories(request: RepositoryRequest, plan: Plan): Promise<Plan> {
  const tags = request.invocation.flags.text('create-repository');
  const repositories = tags === undefined ? undefined : await listRepositories(request);
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
  const calls = [...new Set(missing.values())].map((repository) => ({
    operation: 'CreateRepository',
    target: `${repository} (${tags} tags)`,
  }));
  return {
    ...plan,
    checks,
    calls: [...calls, ...plan.calls],
    canExecute: plan.otherWay === undefined && !checks.some(({ result }) => result === 'fail'),
  };
}

/** Creates the repositories of ECR that do not exist, where --create-repository asks for it. */
export async function createRepositories(
  request: RepositoryRequest,
  targets: readonly PushTarget[],
): Promise<void> {
  const tags = NewRepository.shape.tags.safeParse(request.invocation.flags.text('create-repository'));
  if (!tags.success) return;
  for (const target of targets) await create(request, target, tags.data);
}

async function create(
  { invocation: { flags, output }, client, service }: RepositoryRequest,
  target: PushTarget,
  tags: NewRepository['tags'],
): Promise<void> {
  const name = target.repository;
  // `latest` beside the tag of each release has to move.
  const movable = tags === 'immutable' ? flags.text('also-tag') : undefined;
  const wanted = { repository: name, tags, ...(movable === undefined ? {} : { movableTag: movable }) };
  const confirmation = flags.text('confirm');
  const { repository, created } = await client.call('repositories.create', {
    ...service,
    ...wanted,
    ...(confirmation === undefined ? {} : { confirmation }),
    overrides: [...flags.texts('override')],
  });
  if (created) {
    const except = movable === undefined ? '' : `, except ${movable}`;
    output.note(`Created the repository ${name} with ${tags} tags${except}.`);
    return;
  }
  const differences = repositoryDifferences(repository, wanted);
  if (differences.length === 0) return;
  const sentence = `The repository ${name} exists already and was not changed: ${differences.join(', ')}.`;
  output.problem([{ text: sentence, style: 'yellow' }]);
}

/** What a repository has otherwise than it was asked for, each as a part of a sentence. What was not asked for is not compared. */
export function repositoryDifferences(
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

export function isOf({ name, uri }: Repository, { registry, repository }: PushTarget): boolean {
  return name === repository && (registry === undefined || uri === `${registry}/${repository}`);
}

/** Whether the repositories of the account are all in another registry. Without any, ECR's host names tell. */
function isOtherRegistry(registry: string, repositories: readonly Repository[]): boolean {
  const [first] = repositories;
  if (first === undefined) return !/\.dkr[.-]ecr/.test(registry) && !/^(?:localhost|127\.)/.test(registry);
  return first.uri !== `${registry}/${first.name}`;
}

export function noRepository({ registry, repository }: PushTarget, region: string): SlipwayError {
  const name = registry === undefined ? repository : `${registry}/${repository}`;
  return new SlipwayError(
    'NOT_FOUND',
    `${name} is not an ECR repository of this account in ${region}, so no image can be pushed to it. Create it with --create-repository, or name another one with -i CONTAINER=REPOSITORY.`,
  );
}
