import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Guard } from '../../../shared/model/environment.ts';
import { ImageTag } from '../../../shared/model/image.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { containersOf } from './change-flags.ts';
import { requireConfirmation } from './confirmation.ts';
import { buildLines, createPushLines } from './push-progress.ts';
import { choosePushTarget, type PushTarget } from './push-target.ts';
import { tagFrom } from './tag-from.ts';
import type { Invocation } from './verb.ts';

/** Adds the options of an image that is pushed before the deploy. */
export function addPushFlags(command: Command): Command {
  const build = new Option(
    '--build <folder>',
    'build this folder with Docker and push the image to the repository of -i CONTAINER=, of slipway.yml, or of the only container',
  );
  const local = new Option('--local <image>', 'push this image of the Docker Engine in the same way');
  return command
    .addOption(build)
    .addOption(local.conflicts('build'))
    .option(
      '--also-tag <tag>',
      'push the image of --build or --local under this tag too, such as latest',
      imageTag,
    );
}

function imageTag(text: string): string {
  const tag = ImageTag.safeParse(text);
  if (tag.success) return tag.data;
  throw new InvalidArgumentError('Give an image tag such as latest.');
}

interface PushRequest {
  readonly invocation: Invocation;
  readonly client: Client;
  readonly service: ServiceRef;
}

/** A local image and the tag that it is pushed under. */
interface TaggedImage {
  readonly image: string;
  readonly tag: string;
}

/**
 * Pushes the image that the options name, built before where they name a folder, and returns it for its containers as
 * `CONTAINER=IMAGE`; undefined where they name none. What can be refused without the image is refused before the build.
 */
export async function pushNamedImage(request: PushRequest): Promise<readonly string[] | undefined> {
  const { invocation, client, service } = request;
  const { flags, io } = invocation;
  const [build, local] = [flags.text('build'), flags.text('local')];
  const secondTag = flags.text('also-tag');
  if (build === undefined && local === undefined) {
    if (secondTag === undefined) return undefined;
    throw new SlipwayError('INVALID_INPUT', '--also-tag needs an image to push: add --build or --local.');
  }
  const { account, cluster, service: name } = service;
  const guard = await client.call('environments.of', { account, cluster, service: name });
  requireDeployable(request, guard);
  const containers = await containersOf(client, service);
  const target = choosePushTarget(containers, flags.texts('image'), guard.images ?? []);
  await requireRepository(request, target);
  const tagged =
    local === undefined
      ? await buildFolder(request, target, resolve(io.folder, build ?? '.'))
      : { image: local, tag: await tagOfLocal(request, target, local) };
  const pushed = await push(request, target, tagged);
  if (secondTag !== undefined) await push(request, target, { ...tagged, tag: secondTag });
  return target.containers.map((container) => `${container}=${pushed}`);
}

/** Throws PREFLIGHT_FAILED or INVALID_INPUT for a place that takes no release from this command. */
function requireDeployable({ invocation, service }: PushRequest, guard: Guard): void {
  const place = `${service.cluster}/${service.service}`;
  if (guard.readOnly) {
    throw new SlipwayError(
      'PREFLIGHT_FAILED',
      `Nothing was sent. A rule of environments.yml or slipway.yml makes ${place} read-only.`,
    );
  }
  if (guard.reason === 'required' && invocation.flags.text('why') === undefined) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `Nothing was sent. A release to ${place} needs a reason. Add --why.`,
    );
  }
  const confirmation = guard.confirm === 'name' ? service.service : undefined;
  requireConfirmation(invocation.flags, { service, confirmation, environment: guard.environment });
}

/** Throws NOT_FOUND for a repository that is not one of the account and region. */
async function requireRepository({ client, service }: PushRequest, target: PushTarget): Promise<void> {
  const { account, region } = service;
  const repositories = await client.call('repositories.list', { account, region }).catch((error: unknown) => {
    // A role that may see only its own repository is told by the push.
    if (error instanceof SlipwayError && error.code === 'FORBIDDEN') return undefined;
    throw error;
  });
  if (repositories === undefined) return;
  const { registry, repository } = target;
  const isThere = repositories.some(
    ({ name, uri }) => name === repository && (registry === undefined || uri === `${registry}/${repository}`),
  );
  if (!isThere) throw noRepository(target, region);
}

function noRepository({ registry, repository }: PushTarget, region: string): SlipwayError {
  const name = registry === undefined ? repository : `${registry}/${repository}`;
  return new SlipwayError(
    'NOT_FOUND',
    `${name} is not an ECR repository of this account in ${region}, so no image can be pushed to it. Create it, or name another one with -i CONTAINER=REPOSITORY.`,
  );
}

/** Builds the folder. Without `--tag-from` and a tag in `-i`, the tag is the commit, or the time where there is none. */
async function buildFolder(
  { invocation, client, service }: PushRequest,
  target: PushTarget,
  path: string,
): Promise<TaggedImage> {
  const { flags, io, output } = invocation;
  const { folder, git, gitProblem, suggestedTag } = await client.call('docker.folder', { folder: path });
  const source = flags.text('tag-from');
  const tag =
    source === undefined ? (target.tag ?? suggestedTag) : await tagFrom(source, { io, client, git: folder });
  if (git?.dirty === true) {
    const sentence = `${folder} has changes that are not committed, so the image is not the one of ${git.commit.slice(0, 12)}.`;
    output.problem([{ text: sentence, style: 'yellow' }]);
  }
  if (gitProblem !== undefined) output.problem([{ text: gitProblem, style: 'yellow' }]);
  output.note(`Building ${folder} as ${target.repository}:${tag}.`);
  const { account, region } = service;
  const { repository } = target;
  const { id } = await client.call(
    'docker.build',
    { folder, dockerfile: 'Dockerfile', repository, tag, account, region },
    {
      onEvent(event) {
        for (const line of buildLines(event)) output.note(line);
      },
    },
  );
  return { image: id, tag };
}

/** The tag that a local image is pushed under: of `--tag-from`, of `-i`, or its own. Throws INVALID_INPUT where it has none. */
async function tagOfLocal(
  { invocation: { flags, io }, client }: PushRequest,
  target: PushTarget,
  image: string,
): Promise<string> {
  const source = flags.text('tag-from');
  if (source !== undefined) return tagFrom(source, { io, client, git: io.folder });
  const tag = target.tag ?? parseImageReference(image)?.tag;
  if (tag !== undefined) return tag;
  throw new SlipwayError('INVALID_INPUT', `${image} names no tag to push it under. Add one, or --tag-from.`);
}

/** Pushes a local image, and returns it with its registry, tag and digest. */
async function push(
  { invocation, client, service }: PushRequest,
  target: PushTarget,
  { image, tag }: TaggedImage,
): Promise<string> {
  const { output } = invocation;
  const { account, region } = service;
  const { repository } = target;
  const linesOf = createPushLines();
  output.note(`Pushing ${repository}:${tag}.`);
  const pushed = await client.call(
    'docker.push',
    { account, region, image, repository, tag },
    {
      onEvent(event) {
        for (const line of linesOf(event)) output.note(line);
      },
    },
  );
  output.note(
    pushed.alreadyThere
      ? `${repository}:${tag} is this image already: ${pushed.digest}`
      : `Pushed ${repository}:${tag}: ${pushed.digest}`,
  );
  const { registry } = parseImageReference(pushed.image) ?? {};
  if (target.registry !== undefined && registry !== target.registry) throw noRepository(target, region);
  return pushed.image;
}
