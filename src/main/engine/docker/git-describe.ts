import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { GitReader } from './git.ts';
import { findRepository, isCommit, isReference, readHead, readPackedRefs } from './git-head.ts';
import { withPrivateGit } from './private-git.ts';
import { readSmallFile } from './small-file.ts';

const FILE_BYTES = 1024 * 1024;
/** Tags that are files of their own. Git packs them from time to time. */
const MOST_LOOSE_TAGS = 10_000;

/**
 * What `git describe --tags --always` says of the commit that is checked out: the nearest tag, with the number of commits since and
 * the commit where there are any, such as `v1.2.0-3-gabc1234`; the short commit where no tag is reachable. Undefined where
 * there is no commit, or git cannot read the history. Like readGit it runs nothing that the folder names.
 */
export async function describeCommit(folder: string, reader: GitReader): Promise<string | undefined> {
  try {
    return await askGit(folder, reader);
  } catch (error) {
    // A reference that is no regular file.
    if (error instanceof SlipwayError && error.code === 'INVALID_INPUT') return undefined;
    throw error;
  }
}

async function askGit(folder: string, { environment, signal }: GitReader): Promise<string | undefined> {
  const repository = await findRepository(folder, signal);
  const head = repository && (await readHead(repository, signal));
  if (repository === undefined || head?.commit === undefined) return undefined;
  const { commonDir } = repository;
  const tags = await readTags(commonDir, signal);
  const shallow = await readSmallFile(join(commonDir, 'shallow'), FILE_BYTES, signal);
  const opened = { commit: head.commit, exclude: '', shallow, packedRefs: packed(tags) };
  return withPrivateGit(opened, environment, signal, async (git) => {
    const end = await git.run({
      args: ['describe', '--tags', '--always', '--abbrev=7', 'HEAD'],
      environment: { GIT_OBJECT_DIRECTORY: join(commonDir, 'objects') },
    });
    return end.kind === 'answered' ? end.text.trim() : undefined;
  });
}

/** The objects of the tags by their full names. A tag in a file of its own is newer than one that is packed. */
async function readTags(commonDir: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const all = await readPackedRefs(commonDir, signal);
  const tags = new Map([...all].filter(([name]) => name.startsWith('refs/tags/')));
  const folder = join(commonDir, 'refs', 'tags');
  for (const path of await filesIn(folder, signal)) {
    const name = `refs/tags/${relative(folder, path).split(sep).join('/')}`;
    const object = (await readSmallFile(path, FILE_BYTES, signal))?.trim() ?? '';
    if (isReference(name) && isCommit(object)) tags.set(name, object);
  }
  return tags;
}

async function filesIn(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const files: string[] = [];
  const entries: AsyncIterable<Dirent> | undefined = await opendir(folder, { recursive: true }).catch(
    () => undefined,
  );
  if (entries === undefined) return files;
  for await (const entry of entries) {
    signal.throwIfAborted();
    if (files.length >= MOST_LOOSE_TAGS) break;
    if (!entry.isDirectory()) files.push(join(entry.parentPath, entry.name));
  }
  return files;
}

/** https://git-scm.com/docs/gitrepository-layout: the file `packed-refs`. */
function packed(references: ReadonlyMap<string, string>): string {
  return [...references].map(([name, object]) => `${object} ${name}\n`).join('');
}
