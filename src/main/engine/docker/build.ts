import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { ECRClient } from '@aws-sdk/client-ecr';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import { isSecretArgumentName } from '../../../shared/looks-secret.ts';
import type { BuildEvent, BuildFolder, BuildSecret, BuiltImage } from '../../../shared/model/docker.ts';
import { formatImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
import { isVersionTag } from '../../../shared/tag-rules.ts';
import { type KnownSecrets, withoutSecrets } from '../ports/known-secrets.ts';
import { requireFolder } from './build-folder.ts';
import { platformFor } from './build-platform.ts';
import { type ReadSecret, readBuildSecrets } from './build-secrets.ts';
import { buildWithBuildKit, findBuildKit } from './buildkit-build.ts';
import { cacheLine } from './cache-source.ts';
import { runClassicBuild } from './classic-build.ts';
import { type DockerConnection, dockerMachine } from './connection.ts';
import { type DockerConfig, readDockerConfig } from './docker-config.ts';
import { dockerFailure } from './docker-errors.ts';
import { type DockerfileFacts, readDockerfile } from './dockerfile.ts';
import { type EngineClient, encodeLogins } from './engine-client.ts';
import { type GitReader, readGit } from './git.ts';
import { type RegistryLogins, readRegistryLogins } from './registry-logins.ts';
import { readSmallFile } from './small-file.ts';

const LARGEST_DOCKERFILE_BYTES = 4 * 1024 * 1024;

export interface BuildRequest {
  readonly folder: string;
  readonly dockerfile: string;
  readonly repository: string;
  /** The host that the name of the image begins with. */
  readonly registry?: string | undefined;
  readonly tag: string;
  /** Values of ARG by name. */
  readonly buildArguments?: Readonly<Record<string, string>> | undefined;
  /** Only BuildKit has them. */
  readonly secrets?: readonly BuildSecret[] | undefined;
  /** The stage to build; the last one where it is missing. */
  readonly target?: string | undefined;
  /** For example `linux/arm64`; the Engine's own where it is missing. */
  readonly platform?: string | undefined;
  /** What runs the image; without `platform` it is built for it where the Engine has another one. */
  readonly wantedPlatform?: string | undefined;
  /** What the service runs: its steps are reused where the Engine can. */
  readonly runningImage?: string | undefined;
}

interface BuildContext extends GitReader {
  readonly now: Date;
  /** ECR of a region with the chosen account, for base images; undefined where none was chosen. */
  readonly ecr: (region: string | undefined) => ECRClient | undefined;
  readonly secrets: KnownSecrets;
  readonly emit: (event: BuildEvent) => void;
  /** Is told where the source of a built image lies: the address of its repository, and the folder. */
  readonly onSource: (source: string, folder: string) => void;
}

/** What both builders need to know. */
interface PreparedBuild {
  readonly name: string;
  readonly folder: string;
  readonly dockerfile: string;
  readonly facts: DockerfileFacts;
  readonly source: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly config: DockerConfig;
  readonly logins: RegistryLogins;
  readonly secrets: readonly ReadSecret[];
}

/**
 * Builds an image from a folder and labels it with its git commit: with BuildKit where the Dockerfile needs it, else
 * with the Engine's classic builder. Log lines go out in batches, steps at once. Throws BUILD_FAILED when a step fails,
 * naming it and its last lines; INVALID_INPUT for what is refused before the first step, such as a Dockerfile that
 * needs BuildKit where there is none; NOT_FOUND for a Dockerfile that doesn't exist; DOCKER_UNAVAILABLE; CANCELLED,
 * which ends the build in the Engine.
 */
export async function buildImage(
  connection: DockerConnection,
  request: BuildRequest,
  context: BuildContext,
): Promise<BuiltImage> {
  const { signal, secrets, emit } = context;
  const { registry, repository, tag } = request;
  const name = formatImageReference({ ...(registry && { registry }), repository, tag });
  try {
    const build = await prepareBuild(name, request, context);
    const run = async (engine: EngineClient, followed: AbortSignal): Promise<BuiltImage> => {
      const platform = await platformFor(engine, request, emit);
      const wanted = { ...request, platform };
      if (await usesBuildKit(build, context)) {
        await runBuildKit(connection, engine, build, wanted, { ...context, signal: followed });
      } else {
        await runClassicBuild(engine, build, wanted, { signal: followed, emit });
      }
      const { Id, Size } = await engine.inspectImage(name);
      return { id: Id, name, sizeBytes: Size };
    };
    const headers = { 'X-Registry-Config': encodeLogins(build.logins) };
    const built = await connection.follow(signal, run, headers);
    if (build.source !== undefined) context.onSource(build.source, build.folder);
    return built;
  } catch (error) {
    if (signal.aborted) throw cancelled(`The build of ${name}`);
    throw withoutSecrets(dockerFailure(error, `build ${name}`), secrets);
  }
}

async function prepareBuild(
  name: string,
  request: BuildRequest,
  { now, environment, ecr, secrets, signal, emit }: BuildContext,
): Promise<PreparedBuild> {
  const warn = (line: string): void => emit({ kind: 'log', lines: [line], dropped: 0 });
  const folder = await requireFolder(request.folder);
  const readSecrets = readBuildSecrets(request.secrets ?? [], { environment, secrets });
  const dockerfile = await requireDockerfile(folder, request.dockerfile);
  const text = await readSmallFile(join(folder, dockerfile), LARGEST_DOCKERFILE_BYTES, signal);
  const facts = readDockerfile(text ?? '', request.buildArguments);
  const { git, problem } = await readGit(folder, { environment, signal });
  if (problem !== undefined) warn(problem);
  for (const argument of Object.keys(request.buildArguments ?? {}).filter(isSecretArgumentName)) {
    warn(
      `The build argument ${argument} looks like a secret: whoever can pull the image can read its value in the image's history.`,
    );
  }
  const config = await readDockerConfig(dockerMachine(environment));
  if (config.problem !== undefined) warn(config.problem);
  const sources = { config, environment, ecr, secrets, signal, warn };
  const logins = await readRegistryLogins([...facts.images, ...cacheReferences(request)], sources);
  return {
    name,
    folder,
    dockerfile,
    facts,
    source: git?.source,
    labels: labelsOf(git, request.tag, now),
    config,
    logins,
    secrets: readSecrets,
  };
}

/** Throws INVALID_INPUT for a Dockerfile, or secrets, that need BuildKit where there is none. */
async function usesBuildKit(
  { facts, secrets }: PreparedBuild,
  { environment, signal, emit }: BuildContext,
): Promise<boolean> {
  const [needed] = facts.onlyBuildKit;
  const hasSecrets = secrets.length > 0;
  if (needed === undefined && facts.syntax === undefined && !hasSecrets) return false;
  const { missing } = await findBuildKit({ machine: dockerMachine(environment) }, signal);
  if (missing === undefined) return true;
  if (needed !== undefined || hasSecrets) {
    const what =
      needed === undefined
        ? 'Build secrets need BuildKit'
        : `The Dockerfile uses ${facts.onlyBuildKit.join(', ')}, which the classic builder cannot build`;
    throw new SlipwayError(
      'INVALID_INPUT',
      `${what}, and ${missing}. ` +
        'Install Docker Buildx, or build the image elsewhere and deploy it as a local image.',
    );
  }
  const line = `The syntax ${facts.syntax} is not used, since ${missing}: the classic builder builds this Dockerfile.`;
  emit({ kind: 'log', lines: [line], dropped: 0 });
  return false;
}

async function runBuildKit(
  { endpoint }: DockerConnection,
  engine: EngineClient,
  { name, folder, dockerfile, labels, config, logins, secrets }: PreparedBuild,
  request: BuildRequest,
  { environment, signal, emit }: BuildContext,
): Promise<void> {
  const { buildArguments = {}, target, platform } = request;
  const chosen = { ...(target && { target }), ...(platform && { platform }) };
  const cacheFrom = cacheReferences(request);
  for (const reference of cacheFrom) emit(cacheLine(`${reference}, if it has an inline cache`));
  await buildWithBuildKit(
    {
      name,
      folder,
      dockerfile: join(folder, dockerfile),
      labels,
      buildArguments,
      secrets,
      cacheFrom,
      ...chosen,
      ...(await networkOfSteps(engine, emit)),
    },
    { endpoint, machine: dockerMachine(environment), config, logins, signal, emit },
  );
}

/** What BuildKit may reuse: it reads the cache from the registry, and builds without it where there is none. */
function cacheReferences({ runningImage = '' }: BuildRequest): readonly string[] {
  return parseImageReference(runningImage)?.registry === undefined ? [] : [runningImage];
}

/**
 * An Engine that was started with `--bridge=none` has no network for steps. The classic builder gives them none; BuildKit fails
 * unless it is told so.
 */
async function networkOfSteps(
  engine: EngineClient,
  emit: BuildContext['emit'],
): Promise<{ readonly network?: 'none' }> {
  if (await engine.hasNetwork('bridge')) return {};
  const line =
    'The steps of this build have no network, since the Docker Engine has no network named bridge.';
  emit({ kind: 'log', lines: [line], dropped: 0 });
  return { network: 'none' };
}

/**
 * The path of the Dockerfile relative to the folder, with slashes, as the engine takes it. A link has to lead to a file of
 * the folder: the engine sees nothing else.
 */
async function requireDockerfile(folder: string, dockerfile: string): Promise<string> {
  const path = isAbsolute(dockerfile) ? dockerfile : join(folder, dockerfile);
  const inside = requireInside(folder, path, dockerfile);
  const real = await realpath(path).catch(() => undefined);
  const found = real === undefined ? undefined : await stat(real).catch(() => undefined);
  if (real === undefined || !found?.isFile()) {
    throw new SlipwayError(
      'NOT_FOUND',
      `There is no file ${inside || '.'} in this folder. Choose another folder or another Dockerfile.`,
    );
  }
  requireInside(await realpath(folder), real, dockerfile);
  if (found.size <= LARGEST_DOCKERFILE_BYTES) return inside;
  throw new SlipwayError(
    'INVALID_INPUT',
    `The Dockerfile ${inside} has more than ${LARGEST_DOCKERFILE_BYTES / 1024 / 1024} MiB. Choose another one.`,
  );
}

function requireInside(folder: string, path: string, dockerfile: string): string {
  const inside = relative(folder, path).replaceAll('\\', '/');
  if (inside !== '..' && !inside.startsWith('../') && !isAbsolute(inside)) return inside;
  throw new SlipwayError(
    'INVALID_INPUT',
    `The Dockerfile ${dockerfile} is outside the folder. Choose one in the folder, or a parent folder.`,
  );
}

/**
 * The labels of the OCI image specification. A commit that was not built as it is does not go by its name. A clean tree
 * was created with its commit: the time of the build would make another image of each build of the same files.
 */
function labelsOf(git: BuildFolder['git'], tag: string, now: Date): Readonly<Record<string, string>> {
  const commitDate = git?.dirty === false ? git.committedAt : undefined;
  const created = {
    'org.opencontainers.image.created': commitDate ?? now.toISOString(),
    // Other tags say nothing new, and would make another image of the same commit.
    ...(isVersionTag(tag) ? { 'org.opencontainers.image.version': tag } : {}),
  };
  if (git === undefined) return created;
  return {
    ...created,
    'org.opencontainers.image.revision': git.dirty ? `${git.commit}-dirty` : git.commit,
    ...(git.source === undefined ? {} : { 'org.opencontainers.image.source': git.source }),
  };
}
