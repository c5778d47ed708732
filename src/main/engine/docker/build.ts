import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { BuildEvent, BuildFolder, BuiltImage } from '../../../shared/model/docker.ts';
import { packBuildContext } from './build-context.ts';
import { requireFolder } from './build-folder.ts';
import { followBuild } from './build-log.ts';
import type { DockerConnection } from './connection.ts';
import { dockerFailure } from './docker-errors.ts';
import { type GitReader, readGit } from './git.ts';
import { asChunks } from './json-stream.ts';

const LARGEST_DOCKERFILE_BYTES = 4 * 1024 * 1024;

export interface BuildRequest {
  readonly folder: string;
  readonly dockerfile: string;
  readonly repository: string;
  readonly tag: string;
}

interface BuildContext extends GitReader {
  readonly now: Date;
  readonly emit: (event: BuildEvent) => void;
}

/**
 * Builds an image from a folder with the engine's classic builder and labels it with its git commit. Log lines go out
 * in batches, steps at once. Throws INVALID_INPUT when the Dockerfile fails, naming the step and its last lines;
 * NOT_FOUND for a Dockerfile that doesn't exist; DOCKER_UNAVAILABLE; CANCELLED, which ends the build in the engine.
 */
export async function buildImage(
  connection: DockerConnection,
  request: BuildRequest,
  { now, environment, signal, emit }: BuildContext,
): Promise<BuiltImage> {
  const name = `${request.repository}:${request.tag}`;
  try {
    const folder = await requireFolder(request.folder);
    const dockerfile = await requireDockerfile(folder, request.dockerfile);
    const { git, problem } = await readGit(folder, { environment, signal });
    if (problem !== undefined) emit({ kind: 'log', lines: [problem], dropped: 0 });
    const labels = labelsOf(git, now);
    const context = await packBuildContext(folder, dockerfile, signal);
    try {
      return await connection.follow(signal, async (docker) => {
        const options = { dockerfile, t: name, labels: { ...labels }, rm: true, forcerm: true };
        await followBuild(asChunks(await docker.buildImage(context, options)), emit);
        const { Id, Size } = await docker.getImage(name).inspect();
        return { id: Id, name, sizeBytes: Size };
      });
    } finally {
      context.destroy();
    }
  } catch (error) {
    if (signal.aborted) throw cancelled(`The build of ${name}`);
    throw dockerFailure(error, `build ${name}`);
  }
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
      `There is no Dockerfile at ${inside || '.'} in this folder. Choose another one.`,
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
export function labelsOf(git: BuildFolder['git'], now: Date): Readonly<Record<string, string>> {
  const commitDate = git?.dirty === false ? git.committedAt : undefined;
  const created = { 'org.opencontainers.image.created': commitDate ?? now.toISOString() };
  if (git === undefined) return created;
  return {
    ...created,
    'org.opencontainers.image.revision': git.dirty ? `${git.commit}-dirty` : git.commit,
    ...(git.source === undefined ? {} : { 'org.opencontainers.image.source': git.source }),
  };
}
