import { resolve } from 'node:path';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { imageReferenceProblem } from '../../../shared/image-reference-problem.ts';
import type { PushedImage } from '../../../shared/model/docker.ts';
import { ImageTag } from '../../../shared/model/image.ts';
import { IMAGE_ID, parseImageReference } from '../../../shared/model/image-reference.ts';
import { defaultTag, rememberTagSource, repositoryKey } from '../command/default-tag.ts';
import { EXIT } from '../command/exit-code.ts';
import { buildOptionsOf } from '../command/push-flags.ts';
import { pushTagged } from '../command/push-image.ts';
import { createBuildReport } from '../command/push-progress.ts';
import {
  announceRepositories,
  createRepositories,
  listRepositories,
  registryElsewhere,
  requireRepositories,
} from '../command/push-repositories.ts';
import type { PushTarget } from '../command/push-target.ts';
import { ownTag, tagFrom, taggedRepository } from '../command/tag-from.ts';
import type { Invocation } from '../command/verb.ts';

/** Builds a folder with Docker; prints the name of the image. */
export async function buildAction(invocation: Invocation, subject: string): Promise<number> {
  const { io, flags, output } = invocation;
  const target = builtRepository(invocation);
  const name = repositoryKey(target, target.registry);
  const options = buildOptionsOf(flags, io);
  const named = tagOption(invocation, 'tag');
  const client = await invocation.client();
  const { account, region } = await invocation.scope();
  const path = resolve(io.folder, subject);
  const { folder, git, suggestedTag } = await client.call('docker.folder', { folder: path });
  const source = flags.text('tag-from');
  const place = { io, client, folder, repository: taggedRepository({ account, region }, [name]) };
  const tag =
    named ??
    (source === undefined ? undefined : await tagFrom(source, place)) ??
    (await defaultTag({ invocation, client, place: { account, region } }, { repository: name, folder })) ??
    suggestedTag;
  if (git?.dirty === true) {
    const commit = git.commit.slice(0, 12);
    const sentence = `${folder} has changes that are not committed, so the image is not the one of ${commit}.`;
    output.problem([{ text: sentence, style: 'yellow' }]);
  }
  const { id } = await client.call(
    'docker.build',
    {
      folder,
      dockerfile: flags.text('dockerfile') ?? 'Dockerfile',
      ...target,
      tag,
      account,
      region,
      ...options,
    },
    { onEvent: createBuildReport(output) },
  );
  await rememberTagSource({ invocation, client, place: { account, region } }, { repository: name, folder });
  if (output.isJson) output.json({ id, image: `${name}:${tag}` });
  else output.line(`${name}:${tag}`);
  return EXIT.success;
}

/**
 * Pushes an image of Docker to ECR, or to another registry with the login of the Docker configuration; prints it with its registry
 * and digest.
 */
export async function pushAction(invocation: Invocation, subject: string): Promise<number> {
  const { io, flags, output } = invocation;
  const named = tagOption(invocation, 'tag');
  const second = tagOption(invocation, 'also-tag');
  requireReference(subject);
  const { registry, repository } = pushedRepository(invocation, subject);
  const client = await invocation.client();
  const place = await invocation.scope();
  const source = flags.text('tag-from');
  const versions = taggedRepository(place, [repository]);
  const fromSource =
    source === undefined
      ? undefined
      : await tagFrom(source, { io, client, folder: io.folder, repository: versions });
  const target = { registry, repository, tag: undefined, containers: [] };
  const request = { invocation, client, place, otherName: '--repository' };
  // A role that may only push need not list repositories.
  const isListed = registry !== undefined || flags.isSet('create-repository');
  const repositories = isListed ? await listRepositories(request) : undefined;
  if (isListed) await requireRepositories(request, [target], repositories);
  const elsewhere = registryElsewhere(target, repositories);
  const untagged = { repository: repositoryKey(target, elsewhere), folder: io.folder };
  const tag = named ?? fromSource ?? ownTag(subject) ?? (await defaultTag(request, untagged));
  if (tag === undefined) {
    throw new SlipwayError('INVALID_INPUT', `${subject} names no tag to push it under. Add --tag.`);
  }
  if (elsewhere === undefined && flags.isSet('create-repository')) {
    await requireLocal(client, subject);
    await announceRepositories(request, [target], repositories);
    await createRepositories(request, [target]);
  }
  const pushed: PushedImage[] = [];
  for (const each of second === undefined ? [tag] : [tag, second]) {
    pushed.push(await pushTagged(request, { target, elsewhere, image: subject, tag: each }));
  }
  await rememberTagSource(request, untagged);
  for (const { image, digest, alreadyThere } of pushed) {
    if (output.isJson) output.json({ image, digest, alreadyThere });
    else output.line(image);
  }
  return EXIT.success;
}

type NamedRepository = Pick<PushTarget, 'registry' | 'repository'>;

/** Where --repository says, with or without a registry; else where the name of the local image says. */
function pushedRepository(invocation: Invocation, subject: string): NamedRepository {
  const named = namedRepository(invocation);
  if (named !== undefined) return named;
  const { registry, repository } = parseImageReference(subject) ?? {};
  if (repository !== undefined && registry !== undefined) return { registry, repository };
  throw new SlipwayError(
    'INVALID_INPUT',
    'Name the repository with --repository, such as shop/web of ECR or registry.example.com/shop/web.',
  );
}

/** What --repository says; undefined without it. Throws INVALID_INPUT with the place of what is wrong. */
function namedRepository({ flags }: Invocation): NamedRepository | undefined {
  const named = flags.text('repository');
  if (named === undefined) return undefined;
  const { registry, repository, tag, digest } = parseImageReference(named) ?? {};
  if (repository !== undefined && tag === undefined && digest === undefined) return { registry, repository };
  const problem = imageReferenceProblem(named);
  throw new SlipwayError(
    'INVALID_INPUT',
    problem === undefined
      ? `--repository ${named} is not a repository such as shop/web or registry.example.com/shop/web. Give the tag with --tag.`
      : `--repository ${named} is not a repository: ${problem}. Give one such as shop/web or registry.example.com/shop/web.`,
  );
}

/** A local image is named by a reference, or by its ID or the beginning of it. Throws INVALID_INPUT with the place of what is wrong. */
function requireReference(subject: string): void {
  const problem = IMAGE_ID.test(subject) ? undefined : imageReferenceProblem(subject);
  if (problem === undefined) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `${subject} is not an image: ${problem}. Name an image of the Docker Engine, such as web:1.2.0.`,
  );
}

/** No repository is created for an image that does not exist. */
async function requireLocal(client: Client, subject: string): Promise<void> {
  const images = await client.call('docker.images', {});
  const isThere = images.some(
    ({ id, names }) =>
      names.some((name) => name === subject || name === `${subject}:latest`) ||
      id === subject ||
      id.startsWith(`sha256:${subject}`),
  );
  if (isThere) return;
  throw new SlipwayError(
    'NOT_FOUND',
    `The Docker Engine of this machine has no image ${subject}. Build it, or choose another one.`,
  );
}

function builtRepository(invocation: Invocation): NamedRepository {
  const named = namedRepository(invocation);
  if (named !== undefined) return named;
  throw new SlipwayError('INVALID_INPUT', 'Name the repository with --repository, such as shop/web.');
}

/** The tag of an option; undefined without it. Throws INVALID_INPUT. */
export function tagOption({ flags }: Invocation, option: string): string | undefined {
  const text = flags.text(option);
  if (text === undefined) return undefined;
  const tag = ImageTag.safeParse(text);
  if (tag.success) return tag.data;
  throw new SlipwayError('INVALID_INPUT', `--${option} ${text} is not an image tag. Choose another one.`);
}
