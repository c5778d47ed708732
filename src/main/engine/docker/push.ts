import type { ECRClient } from '@aws-sdk/client-ecr';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { PushEvent, PushedImage } from '../../../shared/model/docker.ts';
import { GitCommit } from '../../../shared/model/image.ts';
import { requireRepository } from '../images/ecr-repository.ts';
import { pinnedReference } from '../images/image-address.ts';
import { isTagImmutable, tagTaken } from '../images/tag-mutability.ts';
import { type KnownSecrets, withoutSecrets } from '../ports/known-secrets.ts';
import type { DockerConnection } from './connection.ts';
import { dockerFailure, engineStatus } from './docker-errors.ts';
import { nameOfEngine } from './endpoint.ts';
import type { InspectedImage } from './engine-client.ts';
import { type LayerSizes, layerSizesOf } from './push-progress.ts';
import { followPush, type PushEnd, refused } from './push-stream.ts';
import { readRegistryLogin } from './registry-login.ts';
import type { RegistryLogin } from './registry-logins.ts';
import { type RemoteTag, readRemoteTag } from './remote-tag.ts';

export interface PushRequest {
  /** A local image: its name or its id. */
  readonly image: string;
  readonly repository: string;
  readonly tag: string;
}

interface PushContext {
  readonly ecr: ECRClient;
  readonly secrets: KnownSecrets;
  readonly signal: AbortSignal;
  readonly emit: (event: PushEvent) => void;
}

/**
 * Tags a local image for an ECR repository and pushes it. The tag is read first: when it stands for this very image,
 * nothing is sent (`alreadyThere`). Throws CONFLICT when the tag is immutable and stands for another image, NOT_FOUND
 * for an image or repository that doesn't exist, REGISTRY_REFUSED with the registry's reason, REGISTRY_UNAVAILABLE
 * (retryable) for a registry that cannot be reached or has no space, DOCKER_UNAVAILABLE, CANCELLED.
 */
export async function pushImage(
  connection: DockerConnection,
  request: PushRequest,
  { ecr, secrets, signal, emit }: PushContext,
): Promise<PushedImage> {
  const { repository: name, tag } = request;
  try {
    const repository = await requireRepository(ecr, name, signal);
    const uri = repository.repositoryUri;
    const local = await inspectLocal(connection, request.image, signal);
    const remote = await readRemoteTag(ecr, name, tag, signal);
    if (remote !== undefined && isSameImage(local, remote)) {
      return {
        image: pinnedReference(uri, tag, remote.digest),
        tag,
        digest: remote.digest,
        alreadyThere: true,
      };
    }
    if (remote !== undefined && isTagImmutable(repository, tag)) {
      const label = local.Config?.Labels?.['org.opencontainers.image.revision'];
      const commit = GitCommit.safeParse(label).data;
      throw await tagTaken(ecr, { repository: name, tag, digest: remote.digest, commit }, signal);
    }

    await connection.ask(signal, (engine) => engine.tagImage(local.Id, uri, tag));
    const sizes = await readLayerSizes(connection, local, signal);
    const target = { connection, uri, tag, sizes, ecr, secrets, signal };
    const digest = await pushWithFreshLogin(target, emit);
    await verifyPushed(ecr, request, digest, signal);
    return { image: pinnedReference(uri, tag, digest), tag, digest, alreadyThere: false };
  } catch (error) {
    if (signal.aborted) throw cancelled(`The push of ${request.image} to ${name}:${tag}`);
    throw withoutSecrets(dockerFailure(error, `push ${request.image} to ${name}:${tag}`), secrets);
  }
}

interface ElsewhereContext extends Pick<PushContext, 'signal' | 'emit' | 'secrets'> {
  /** Of the Docker configuration, for the registry. */
  readonly login: RegistryLogin;
}

/**
 * Tags a local image for a repository of another registry than ECR and pushes it. Layers that are there are not sent; what the
 * tag stood for before is not read, so `alreadyThere` is false. Throws as pushImage does, except for CONFLICT.
 */
export async function pushImageElsewhere(
  connection: DockerConnection,
  { registry, repository, tag, image }: PushRequest & { readonly registry: string },
  { login, secrets, signal, emit }: ElsewhereContext,
): Promise<PushedImage> {
  const uri = `${registry}/${repository}`;
  try {
    const local = await inspectLocal(connection, image, signal);
    await connection.ask(signal, (engine) => engine.tagImage(local.Id, uri, tag));
    const sizes = await readLayerSizes(connection, local, signal);
    const end = await connection.follow(signal, async (engine) =>
      followPush(`${uri}:${tag}`, await engine.pushImage(uri, tag, login), { sizes, emit }),
    );
    if (end.kind === 'login-refused') {
      throw new SlipwayError(
        'REGISTRY_REFUSED',
        `The registry refused the login for ${uri}:${tag}. Sign in again with “docker login ${registry}”.`,
        { cause: new Error(end.reason) },
      );
    }
    return { image: pinnedReference(uri, tag, end.digest), tag, digest: end.digest, alreadyThere: false };
  } catch (error) {
    if (signal.aborted) throw cancelled(`The push of ${image} to ${uri}:${tag}`);
    throw withoutSecrets(dockerFailure(error, `push ${image} to ${uri}:${tag}`), secrets);
  }
}

async function inspectLocal(
  connection: DockerConnection,
  image: string,
  signal: AbortSignal,
): Promise<InspectedImage> {
  try {
    return await connection.ask(signal, (engine) => engine.inspectImage(image));
  } catch (error) {
    if (engineStatus(error) !== 404) throw error;
    throw new SlipwayError(
      'NOT_FOUND',
      `${nameOfEngine(connection.endpoint)} has no image ${image}. Build it, or choose another one.`,
      { cause: error },
    );
  }
}

/** For the progress alone: an Engine that does not tell them pushes as well. */
async function readLayerSizes(
  connection: DockerConnection,
  { Id, RootFS }: InspectedImage,
  signal: AbortSignal,
): Promise<LayerSizes> {
  try {
    const history = await connection.ask(signal, (engine) => engine.imageHistory(Id));
    return layerSizesOf(
      RootFS?.Layers ?? [],
      history.map(({ Size }) => Size),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SlipwayError) throw error;
    return new Map();
  }
}

/** An image's id is its configuration's digest, or its manifest's in engines with the containerd image store. */
function isSameImage({ Id }: InspectedImage, remote: RemoteTag): boolean {
  return Id === remote.digest || Id === remote.configDigest;
}

interface PushTarget {
  readonly connection: DockerConnection;
  /** Of the repository. */
  readonly uri: string;
  readonly tag: string;
  readonly sizes: LayerSizes;
  readonly ecr: ECRClient;
  readonly secrets: KnownSecrets;
  readonly signal: AbortSignal;
}

/** A registry that refuses a login gets one new login; refused again, it is an error. */
async function pushWithFreshLogin(target: PushTarget, emit: (event: PushEvent) => void): Promise<string> {
  const first = await pushOnce(target, emit);
  const end = first.kind === 'pushed' ? first : await pushOnce(target, emit);
  if (end.kind === 'pushed') return end.digest;
  throw refused(`${target.uri}:${target.tag}`, end.reason);
}

async function pushOnce(target: PushTarget, emit: (event: PushEvent) => void): Promise<PushEnd> {
  const { connection, uri, tag, sizes, ecr, secrets, signal } = target;
  const login = await readRegistryLogin(ecr, secrets, signal);
  return connection.follow(signal, async (engine) =>
    followPush(`${uri}:${tag}`, await engine.pushImage(uri, tag, login), { sizes, emit }),
  );
}

/** Reads the tag back: what counts is what ECR holds, not what the engine said. */
async function verifyPushed(
  ecr: ECRClient,
  { repository, tag }: PushRequest,
  digest: string,
  signal: AbortSignal,
): Promise<void> {
  const remote = await readRemoteTag(ecr, repository, tag, signal);
  if (remote?.digest === digest) return;
  const found =
    remote === undefined ? 'does not have it' : `now has ${remote.digest}, which someone else pushed`;
  throw new SlipwayError(
    'REGISTRY_REFUSED',
    `${repository}:${tag} was pushed as ${digest}, but ECR ${found}. Push again with another tag.`,
    { retryable: true },
  );
}
