import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import { ImageTag } from '../../../shared/model/image.ts';
import { formatImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
import { nextVersions } from '../../../shared/tag-rules.ts';
import { readPackageVersion } from '../../engine/docker/build-folder.ts';
import type { Io } from './io.ts';

/** A tag has 128 characters at most. */
const LONGEST_LINE_BYTES = 1024;
const LONGEST_SHOWN = 200;

/** What `--tag-from` takes. */
export const TAG_SOURCES =
  'git, git-full, describe, next-patch, next-minor, next-major, env:VAR, file:PATH, package or time';

/** What `--tag-from` is for. */
export const TAG_FROM = `tag of the images of -i: ${TAG_SOURCES}`;

/** Reads the value of `--tag-from`. */
export function tagSource(text: string): string {
  if (/^(?:git|git-full|describe|next-(?:patch|minor|major)|package|time|env:\w+|file:.+)$/.test(text))
    return text;
  throw new InvalidArgumentError(`Give ${TAG_SOURCES}.`);
}

/** Where a tag is read. */
interface TagPlace {
  readonly io: Io;
  readonly client: Client;
  /** The folder that is built, or the working folder: its git commit and its package.json count. */
  readonly folder: string;
  /** The ECR repository whose versions count; undefined where the images are in several or in none. */
  readonly repository: (Scope & { readonly repository: string }) | undefined;
  /** Says in refusals who named the source, where it was not the command. */
  readonly namedBy?: string;
}

/**
 * The tag that a source gives: the git commit of a folder, short, in full or as git describes it, with `-dirty` where files differ from
 * it; the version after the highest one of the repository; a variable of the environment; the first line of a file; the
 * version of the folder's package.json; the time in UTC. Throws INVALID_INPUT where it gives none.
 */
export async function tagFrom(source: string, where: TagPlace): Promise<string> {
  const text = (await textOf(source, where)).trim();
  const tag = ImageTag.safeParse(text);
  if (tag.success) return tag.data;
  throw refused(
    text === ''
      ? `${sourceLabel(source, where)} gives no tag${WHY_EMPTY[source.split(':')[0] ?? ''] ?? ''}.`
      : `${sourceLabel(source, where)} gives ${text.slice(0, LONGEST_SHOWN)}, which is not an image tag.`,
  );
}

const WHY_EMPTY: Readonly<Record<string, string>> = {
  env: ': the variable is empty or not set',
  file: ': its first line is empty',
  package: ': package.json has no version',
};

function sourceLabel(source: string, { namedBy }: TagPlace): string {
  return namedBy === undefined ? `--tag-from ${source}` : `${source} ${namedBy}`;
}

async function textOf(source: string, place: TagPlace): Promise<string> {
  const { io, client, folder } = place;
  const [kind = '', ...rest] = source.split(':');
  const name = rest.join(':');
  switch (kind) {
    case 'env':
      return io.environment[name] ?? '';
    case 'file':
      return firstLineOf(resolve(io.folder, name));
    case 'package':
      return packageVersion(folder);
    case 'time':
      return io.now().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
    case 'next-patch':
      return (await versionsAfter(source, place)).patch;
    case 'next-minor':
      return (await versionsAfter(source, place)).minor;
    case 'next-major':
      return (await versionsAfter(source, place)).major;
    default:
      return commitOf(kind, folder, client);
  }
}

/** Two runs at once find the same version: in a repository with immutable tags the second push is refused. */
async function versionsAfter(source: string, place: TagPlace) {
  const { client, repository } = place;
  if (repository === undefined) {
    throw refused(
      `${sourceLabel(source, place)} needs one image in ECR. Name it with -i, or use another --tag-from.`,
    );
  }
  const images = await client.call('images.list', repository);
  const next = nextVersions(images.flatMap(({ tags }) => tags));
  if (next !== undefined) return next;
  throw refused(
    `${repository.repository} has no image with a version such as 1.4.2, so there is no next one. Give the first version yourself.`,
  );
}

/** The repository of one image, such as -i names it: CONTAINER=IMAGE or IMAGE. */
export function taggedRepository(
  { account, region }: Scope,
  images: readonly string[],
): TagPlace['repository'] {
  const names = new Set(images.map((image) => parseImageReference(imageOf(image).image)?.repository));
  const [repository, other] = names;
  return repository === undefined || other !== undefined ? undefined : { account, region, repository };
}

async function commitOf(kind: string, folder: string, client: Client): Promise<string> {
  const include = kind === 'describe' ? ['describe' as const] : [];
  const { git, gitProblem, suggestedTag, described } = await client.call('docker.folder', {
    folder,
    include,
  });
  if (git === undefined) {
    throw refused(
      gitProblem ??
        `${folder} is in no git repository with a commit, so it gives no tag. Use another --tag-from.`,
    );
  }
  if (kind === 'describe') {
    if (described === undefined) {
      throw refused(`git cannot describe the commit of ${folder}. Use another --tag-from.`);
    }
    return `${described}${git.dirty ? '-dirty' : ''}`;
  }
  return kind === 'git' ? suggestedTag : `${git.commit}${git.dirty ? '-dirty' : ''}`;
}

/** Reads no more than a tag needs: a checkout of others may bring a link to a file without end. */
async function firstLineOf(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const bytes = Buffer.alloc(LONGEST_LINE_BYTES);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length && !bytes.includes('\n'); length += read) {
      read = (await file.read(bytes, length, bytes.length - length)).bytesRead;
    }
    return bytes.toString('utf8', 0, length).split('\n')[0] ?? '';
  } catch (error) {
    throw refused(`${path} can't be read, so it gives no tag.`, error);
  }
}

function packageVersion(folder: string): string {
  try {
    return readPackageVersion(folder) ?? '';
  } catch (error) {
    if (error instanceof SyntaxError) throw refused('package.json is not JSON, so it gives no tag.');
    throw refused(`${resolve(folder, 'package.json')} can't be read, so it gives no tag.`, error);
  }
}

/** An image of `-i`, also as CONTAINER=IMAGE, with another tag. A digest in it is left out. */
export function withTag(wanted: string, tag: string): string {
  const { container, image } = imageOf(wanted);
  const reference = parseImageReference(image);
  if (reference === undefined) return wanted;
  const { digest: _digest, ...rest } = reference;
  return `${container}${formatImageReference({ ...rest, tag })}`;
}

/** The tag that the name of a local image has. The id of an image is no name. */
export function ownTag(image: string): string | undefined {
  return image.startsWith('sha256:') ? undefined : parseImageReference(image)?.tag;
}

function imageOf(wanted: string): { readonly container: string; readonly image: string } {
  const [, container = '', image = ''] = /^([A-Za-z0-9_-]+=)?(.*)$/s.exec(wanted) ?? [];
  return { container, image };
}

function refused(sentence: string, cause?: unknown): SlipwayError {
  return new SlipwayError('INVALID_INPUT', sentence, cause === undefined ? {} : { cause });
}
