import { join, resolve } from 'node:path';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { CurrentSettings } from '../../../shared/model/current-settings.ts';
import type { BuildFolder, PushedImage } from '../../../shared/model/docker.ts';
import type { Guard } from '../../../shared/model/environment.ts';
import type { Repository } from '../../../shared/model/image.ts';
import { formatImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { settingsOf } from './change-flags.ts';
import { declaredSource, defaultTag, rememberTagSource, repositoryKey } from './default-tag.ts';
import { guardOf, requireAllowedImages, requireAllowedNow, requireDeployable } from './deployable.ts';
import type { ChosenImages, NamedContainer } from './image-choice.ts';
import { chooseFolders, chooseLocalImages, pushableTargets } from './push-choice.ts';
import { buildOptionsOf, requirePushFlags } from './push-flags.ts';
import { createBuildReport, createPushReport } from './push-progress.ts';
import {
  announceRepositories,
  createRepositories,
  listRepositories,
  noRepository,
  type RepositoryRequest,
  registryElsewhere,
  requireRepositories,
} from './push-repositories.ts';
import { choosePushTarget, type PushTarget } from './push-target.ts';
import { ownTag, tagFrom, taggedRepository } from './tag-from.ts';
import type { Invocation } from './verb.ts';

interface PushRequest {
  readonly invocation: Invocation;
  readonly client: Client;
  readonly service: ServiceRef;
}

/** Where an image comes from: a folder to build, or the Docker Engine. */
type ImageSource =
  | { readonly kind: 'folder'; readonly folder: string; readonly dockerfile: string }
  | { readonly kind: 'local'; readonly image: string };

interface PlannedPush {
  readonly target: PushTarget;
  readonly source: ImageSource;
}

/** With the registry of a target that is in no ECR, and what slipway.yml says about its tags. */
interface LocatedPush extends PlannedPush {
  readonly elsewhere: string | undefined;
  readonly declared: string | undefined;
}

/** A local image and the tag that it is pushed under. */
interface TaggedImage {
  readonly image: string;
  readonly tag: string;
}

/**
 * Pushes the images that the options name, built before where they name a folder, and returns them for their containers as
 * `CONTAINER=IMAGE`; undefined where they name none. What can be refused without the images is refused before a build, and
 * all are built before one is pushed.
 */
export async function pushNamedImages(request: PushRequest): Promise<readonly string[] | undefined> {
  const { invocation, client, service } = request;
  const { flags, io } = invocation;
  requirePushFlags(flags, io);
  if (!['build', 'build-all', 'local'].some((name) => flags.isSet(name))) return undefined;
  const guard = await guardOf(request);
  const { containers, buildPlatform } = await settingsOf(client, service);
  const pushing = { invocation, client, place: service, otherName: '-i CONTAINER=REPOSITORY' };
  const repositories = await listRepositories(pushing);
  const planned = (await plannedPushes(request, { containers, guard, repositories })).map(
    (each): LocatedPush => ({
      ...each,
      elsewhere: registryElsewhere(each.target, repositories),
      declared: declaredSource(each.target.containers, guard.images ?? []),
    }),
  );
  const targets = planned.map(({ target }) => target);
  await requireRepositories(pushing, targets, repositories);
  const inEcr = planned.flatMap(({ target, elsewhere }) => (elsewhere === undefined ? [target] : []));
  await announceRepositories(pushing, inEcr, repositories);
  await requireDeployable(request, guard);
  await requireAllowedNow(request);
  const named: (LocatedPush & NamedPush)[] = [];
  for (const each of planned) named.push({ ...each, ...(await namedPush(request, each)) });
  const wanted = named.flatMap(({ target, tag }) => imagesToPush(target, tag, repositories));
  await requireAllowedImages(request, guard, wanted);
  const tagged: ((typeof named)[number] & TaggedImage)[] = [];
  for (const each of named) {
    tagged.push({ ...each, image: await builtImage(request, each, { containers, buildPlatform }) });
  }
  await createRepositories(pushing, inEcr);
  const secondTag = flags.text('also-tag');
  const pushed: string[] = [];
  for (const each of tagged) {
    const image = await pushTagged(pushing, each);
    pushed.push(...each.target.containers.map((container) => `${container}=${image.image}`));
    if (secondTag !== undefined) await pushTagged(pushing, { ...each, tag: secondTag });
    const folder = each.kind === 'folder' ? each.folder.folder : io.folder;
    await rememberTagSource(pushing, { repository: repositoryKey(each.target, each.elsewhere), folder });
  }
  return pushed;
}

interface Found {
  readonly containers: readonly NamedContainer[];
  readonly guard: Guard;
  readonly repositories: readonly Repository[] | undefined;
}

/** Which image goes to which repository. Throws INVALID_INPUT where the options leave that open. */
async function plannedPushes(
  { invocation, client, service }: PushRequest,
  { containers, guard: { images: expected = [] }, repositories }: Found,
): Promise<readonly PlannedPush[]> {
  const { flags, io } = invocation;
  const [build, buildAll, local] = [flags.text('build'), flags.text('build-all'), flags.text('local')];
  if (buildAll !== undefined) {
    const { folder, dockerfiles } = await client.call('docker.folder', {
      folder: resolve(io.folder, buildAll),
    });
    const targets = pushableTargets(containers, expected, repositories);
    const choices = chooseFolders(targets, dockerfiles, folder);
    noteLeftOut(invocation, containers, choices);
    return choices.map(({ target, folder: inside, dockerfile }) => ({
      target,
      source: { kind: 'folder', folder: join(folder, inside), dockerfile },
    }));
  }
  if (local === 'all') {
    const targets = pushableTargets(containers, expected, repositories);
    const source = flags.text('tag-from');
    const repository = taggedRepository(
      service,
      targets.map((target) => target.repository),
    );
    const tag =
      source === undefined ? undefined : await tagFrom(source, { io, client, folder: io.folder, repository });
    const choices = chooseLocalImages(targets, await client.call('docker.images', {}), tag);
    noteLeftOut(invocation, containers, choices);
    return choices.map(({ target, image }) => ({ target, source: { kind: 'local', image } }));
  }
  const target = choosePushTarget(containers, flags.texts('image'), expected);
  if (local !== undefined) return [{ target, source: { kind: 'local', image: local } }];
  const folder = resolve(io.folder, build ?? '.');
  return [
    { target, source: { kind: 'folder', folder, dockerfile: flags.text('dockerfile') ?? 'Dockerfile' } },
  ];
}

function noteLeftOut(
  { output }: Invocation,
  containers: readonly NamedContainer[],
  choices: readonly { readonly target: PushTarget }[],
): void {
  const chosen = choices.flatMap(({ target }) => target.containers);
  const left = containers.filter(({ container }) => !chosen.includes(container));
  for (const { container, image } of left) output.note(`The container ${container} keeps ${image}.`);
}

/** A tag for an image, and where it comes from. */
type NamedPush =
  | {
      readonly kind: 'folder';
      readonly folder: BuildFolder;
      readonly dockerfile: string;
      readonly tag: string;
    }
  | { readonly kind: 'local'; readonly image: string; readonly tag: string };

async function namedPush(request: PushRequest, push: LocatedPush): Promise<NamedPush> {
  const { source } = push;
  if (source.kind === 'folder') return namedBuild(request, push, source);
  return { ...source, tag: await tagOfLocal(request, push, source.image) };
}

/** Without any other tag, that of a folder is the commit, or the time where there is none. */
async function namedBuild(
  request: PushRequest,
  push: LocatedPush,
  { folder: path, dockerfile }: Extract<ImageSource, { kind: 'folder' }>,
): Promise<NamedPush> {
  const folder = await request.client.call('docker.folder', { folder: path });
  const tag =
    (await commandTag(request, push, folder.folder)) ??
    (await unnamedTag(request, push, folder.folder)) ??
    folder.suggestedTag;
  return { kind: 'folder', folder, dockerfile, tag };
}

/** The tag of `--tag-from`, else of `-i`. */
async function commandTag(
  { invocation: { flags, io }, client, service }: PushRequest,
  { target }: LocatedPush,
  folder: string,
): Promise<string | undefined> {
  const source = flags.text('tag-from');
  if (source === undefined) return target.tag;
  const repository = taggedRepository(service, [target.repository]);
  return tagFrom(source, { io, client, folder, repository });
}

/** The tag of slipway.yml, else as it was last for the repository. */
function unnamedTag(
  { invocation, client, service: { account, region } }: PushRequest,
  { target, elsewhere, declared }: LocatedPush,
  folder: string,
): Promise<string | undefined> {
  const place = { account, region };
  return defaultTag(
    { invocation, client, place },
    { repository: repositoryKey(target, elsewhere), folder, declared },
  );
}

/** The images as they will be called, for the containers that get them; none where only the push tells their registry. */
function imagesToPush(
  { containers, registry, repository }: PushTarget,
  tag: string,
  repositories: readonly Repository[] = [],
): ChosenImages {
  const own = repositories.find(({ name }) => name === repository) ?? repositories[0];
  const host = registry ?? parseImageReference(own?.uri ?? '')?.registry;
  if (host === undefined) return [];
  const image = formatImageReference({ registry: host, repository, tag });
  return containers.map((container) => ({ container, image }));
}

function builtImage(
  request: PushRequest,
  push: NamedPush & { readonly target: PushTarget },
  { containers, buildPlatform }: Pick<CurrentSettings, 'containers' | 'buildPlatform'>,
): Promise<string> {
  if (push.kind === 'local') return Promise.resolve(push.image);
  const running = containers.find(({ container }) => push.target.containers.includes(container));
  const wanted = {
    ...(buildPlatform === undefined ? {} : { wantedPlatform: buildPlatform }),
    ...(running === undefined ? {} : { runningImage: running.image }),
  };
  return buildFolder(request, { ...push, wanted });
}

async function buildFolder(
  { invocation, client, service: { account, region } }: PushRequest,
  {
    target,
    folder: offer,
    dockerfile,
    tag,
    wanted,
  }: Extract<NamedPush, { kind: 'folder' }> & {
    readonly target: PushTarget;
    /** What the service runs, and on what. */
    readonly wanted: { readonly wantedPlatform?: string; readonly runningImage?: string };
  },
): Promise<string> {
  const { flags, io, output } = invocation;
  const { folder, git, gitProblem } = offer;
  if (git?.dirty === true) {
    const sentence = `${folder} has changes that are not committed, so the image is not the one of ${git.commit.slice(0, 12)}.`;
    output.problem([{ text: sentence, style: 'yellow' }]);
  }
  if (gitProblem !== undefined) output.problem([{ text: gitProblem, style: 'yellow' }]);
  const { repository } = target;
  const which = dockerfile === 'Dockerfile' ? folder : `${dockerfile} of ${folder}`;
  output.note(`Building ${which} as ${repository}:${tag}.`);
  const options = { ...wanted, ...buildOptionsOf(flags, io) };
  const { id } = await client.call(
    'docker.build',
    { folder, dockerfile, repository, tag, account, region, ...options },
    { onEvent: createBuildReport(output) },
  );
  return id;
}

/** The tag that a local image is pushed under: of the command, its own, or the usual one. Throws INVALID_INPUT without any. */
async function tagOfLocal(request: PushRequest, push: LocatedPush, image: string): Promise<string> {
  const { folder } = request.invocation.io;
  const tag =
    (await commandTag(request, push, folder)) ?? ownTag(image) ?? (await unnamedTag(request, push, folder));
  if (tag !== undefined) return tag;
  throw new SlipwayError('INVALID_INPUT', `${image} names no tag to push it under. Add one, or --tag-from.`);
}

interface ImageToPush extends TaggedImage {
  readonly target: PushTarget;
  /** The registry of one that is in no ECR. */
  readonly elsewhere: string | undefined;
}

/** Pushes a local image, and returns it with its registry, tag and digest. */
export async function pushTagged(
  request: RepositoryRequest,
  { target, elsewhere, image, tag }: ImageToPush,
): Promise<PushedImage> {
  const { client, invocation, place } = request;
  const { output } = invocation;
  const { account, region } = place;
  const { repository } = target;
  output.note(`Pushing ${repository}:${tag}.`);
  const pushed = await client.call(
    'docker.push',
    { account, region, image, repository, tag, ...(elsewhere === undefined ? {} : { registry: elsewhere }) },
    { onEvent: createPushReport(output) },
  );
  output.note(
    pushed.alreadyThere
      ? `${repository}:${tag} already is this image: ${pushed.digest}`
      : `Pushed ${repository}:${tag}: ${pushed.digest}`,
  );
  const { registry } = parseImageReference(pushed.image) ?? {};
  if (target.registry !== undefined && registry !== target.registry) throw noRepository(request, target);
  return pushed;
}
