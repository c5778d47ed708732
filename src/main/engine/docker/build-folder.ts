import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import { mayBeSecret } from '../../../shared/looks-secret.ts';
import type { BuildFolder } from '../../../shared/model/docker.ts';
import { ImageTag } from '../../../shared/model/image.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { readRegularFile } from '../storage/regular-file.ts';
import { type GitReader, readGit } from './git.ts';

const LEVELS = 3;
/** Far more than the upper levels of a repository hold. */
const MOST_ENTRIES = 50_000;
const SHORT_COMMIT = 7;
const SKIPPED = new Set(['node_modules', '.git']);
const DOCKERFILE = /^(?:.+\.)?(?:dockerfile|containerfile)(?:\.(?!dockerignore$).+)?$/i;

/** What a folder offers to a build: Dockerfiles up to 3 levels down, the git commit, and a tag. Throws NOT_FOUND. */
export async function readBuildFolder(path: string, now: Date, reader: GitReader): Promise<BuildFolder> {
  const { signal } = reader;
  const folder = await requireFolder(path);
  try {
    const [dockerfiles, { git, problem }] = await Promise.all([
      findDockerfiles(folder, signal),
      readGit(folder, reader),
    ]);
    return {
      folder,
      dockerfiles,
      ...(git && { git }),
      ...(problem === undefined ? {} : { gitProblem: problem }),
      suggestedTag: suggestTag(git, now),
    };
  } catch (error) {
    throw signal.aborted ? cancelled('Reading the folder') : error;
  }
}

/** The absolute path of a folder that exists. Throws NOT_FOUND or INVALID_INPUT. */
export async function requireFolder(path: string): Promise<string> {
  const folder = resolve(path);
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      "This folder doesn't exist, or you aren't allowed to read it. Choose another folder.",
    );
  }
  if (!found.isDirectory()) {
    throw new SlipwayError(
      'INVALID_INPUT',
      'This is a file. Choose the folder that contains the Dockerfile.',
    );
  }
  return folder;
}

/** Paths relative to the folder, with slashes, those nearest to it first. Stops looking after MOST_ENTRIES. */
async function findDockerfiles(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const found: string[] = [];
  let level = [folder];
  let left = MOST_ENTRIES;
  for (let depth = 0; depth <= LEVELS && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const directory of level) {
      signal.throwIfAborted();
      const entries = await entriesOf(directory, left, signal);
      left -= entries.length;
      for (const entry of entries) {
        const path = join(directory, entry.name);
        if (entry.isDirectory() && !SKIPPED.has(entry.name)) next.push(path);
        if (DOCKERFILE.test(entry.name) && (await isFileInside(folder, path, entry)))
          found.push(relative(folder, path).replaceAll('\\', '/'));
      }
    }
    level = next;
  }
  return found;
}

/** A link counts when it leads to a file of the folder, since the Engine sees nothing else. */
async function isFileInside(folder: string, path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const [real, root] = await Promise.all([realpath(path), realpath(folder)]).catch(() => []);
  if (real === undefined || root === undefined || !real.startsWith(root + sep)) return false;
  return (await stat(real)).isFile();
}

/** At most this many, by name. An unreadable folder has nothing to build from. */
export async function entriesOf(
  directory: string,
  most: number,
  signal: AbortSignal,
): Promise<readonly Dirent[]> {
  const entries: Dirent[] = [];
  const opened = await opendir(directory).catch(() => undefined);
  if (opened === undefined) return entries;
  for await (const entry of opened) {
    signal.throwIfAborted();
    if (entries.length >= most) break;
    entries.push(entry);
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const LARGEST_MANIFEST_BYTES = 1024 * 1024;
const LARGEST_VERSION_BYTES = 1024;
const Manifest = lazyObject(() => ({ version: z.string() }));

/**
 * The tags that the time, and package.json and the file VERSION of a folder, give. A file that is not there, or gives no tag,
 * is left out.
 */
export function versionsOf(folder: string, now: Date): NonNullable<BuildFolder['versions']> {
  const manifest = tagOf(() => readPackageVersion(folder));
  const file = tagOf(() => readRegularFile(join(folder, 'VERSION'), LARGEST_VERSION_BYTES).split('\n')[0]);
  return {
    time: timeTag(now),
    ...(manifest === undefined ? {} : { package: manifest }),
    ...(file === undefined ? {} : { file }),
  };
}

/**
 * The version in the package.json of a folder; undefined where it has none. Throws UnusualFile for what is no small file,
 * SyntaxError for what is not JSON, else what the system throws.
 */
export function readPackageVersion(folder: string): string | undefined {
  const json = readRegularFile(join(folder, 'package.json'), LARGEST_MANIFEST_BYTES);
  // npm takes a byte order mark, which editors of Windows write.
  return Manifest.safeParse(JSON.parse(json.replace(/^\uFEFF/, ''))).data?.version;
}

function tagOf(read: () => string | undefined): string | undefined {
  try {
    return ImageTag.safeParse(read()?.trim()).data;
  } catch {
    return undefined;
  }
}

/** A commit in full, which looks as keys do. */
const COMMIT = /^[0-9a-f]{7,64}$/;

/** The tag that a variable of the environment gives. What may be a secret is not shown: whoever may list images can read a tag. */
export function tagOfVariable(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): NonNullable<BuildFolder['variable']> {
  const value = environment[name]?.trim() ?? '';
  if (mayBeSecret(name, COMMIT.test(value) ? 'commit' : value)) {
    return { problem: `${name} may be a secret, so it gives no tag. Use another variable.` };
  }
  if (value === '') {
    return { problem: `${name} is not set in the environment that Slipway was started in.` };
  }
  const { data: tag } = ImageTag.safeParse(value);
  return tag === undefined ? { problem: `The value of ${name} is not an image tag.` } : { tag };
}

/** The short commit, with `-dirty` when the tree is; the time in UTC where there is no commit. */
export function suggestTag(git: BuildFolder['git'], now: Date): string {
  if (git !== undefined) return `${git.commit.slice(0, SHORT_COMMIT)}${git.dirty ? '-dirty' : ''}`;
  return timeTag(now);
}

function timeTag(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
}
