import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SlipwayError } from '../../../shared/errors.ts';
import { type IgnoreRules, type Judgement, readIgnoreRules } from './ignore-patterns.ts';
import { readSmallFile } from './small-file.ts';

/** What belongs to a build context. */
export interface IncludedPath {
  /** Relative and with slashes. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
}

const LARGEST_IGNORE_FILE_BYTES = 1024 * 1024;

/** The limit of files and folders that are read. */
const MOST_ENTRIES = 1_000_000;

/** How many entries are read before other work of the process gets a turn. */
const ENTRIES_PER_TURN = 1000;

/**
 * What belongs to the build context, each folder before what it holds: what .dockerignore does not leave out, the
 * Dockerfile, and the folders that hold some of it. FIFOs, sockets and devices are left out, as Docker leaves out sockets.
 */
export async function* includedPaths(
  folder: string,
  dockerfile: string,
  signal: AbortSignal,
): AsyncGenerator<IncludedPath> {
  const rules = await readRules(folder, dockerfile, signal);
  const needed = new Set([dockerfile, '.dockerignore']);
  const sent = new Set<string>();
  let entries = 0;

  async function* visit(directory: string, parent: Judgement | undefined): AsyncGenerator<IncludedPath> {
    for await (const entry of await opendir(join(folder, directory))) {
      entries += 1;
      if (entries > MOST_ENTRIES) throw tooMany();
      if (entries % ENTRIES_PER_TURN === 0) await nextTurn();
      signal.throwIfAborted();
      const kind = kindOf(entry);
      if (kind === undefined) continue;
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      const judgement = rules.judge(path, parent);
      const { isIgnored } = judgement;
      if (!isIgnored || needed.has(path)) {
        yield* unsentParents(path, sent);
        if (kind === 'folder') sent.add(path);
        yield { path, kind };
      }
      const leadsToNeeded = [...needed].some((file) => file.startsWith(`${path}/`));
      if (kind === 'folder' && (!isIgnored || rules.hasExceptions || leadsToNeeded)) {
        yield* visit(path, judgement);
      }
    }
  }

  yield* visit('', undefined);
}

function kindOf(entry: Dirent): IncludedPath['kind'] | undefined {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : undefined;
}

/** Folders that were left out themselves, when something in them is included. */
function unsentParents(path: string, sent: Set<string>): readonly IncludedPath[] {
  const parents: IncludedPath[] = [];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    const parent = path.slice(0, slash);
    if (sent.has(parent)) break;
    sent.add(parent);
    parents.unshift({ path: parent, kind: 'folder' });
  }
  return parents;
}

function tooMany(): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    'This folder holds more than a million files. Choose the folder that the Dockerfile needs, or leave folders out with .dockerignore.',
  );
}

async function readRules(folder: string, dockerfile: string, signal: AbortSignal): Promise<IgnoreRules> {
  const read = (name: string): Promise<string | undefined> =>
    readSmallFile(join(folder, name), LARGEST_IGNORE_FILE_BYTES, signal);
  const ownName = `${dockerfile}.dockerignore`;
  const own = await read(ownName);
  if (own !== undefined) return readIgnoreRules(own, ownName);
  return readIgnoreRules((await read('.dockerignore')) ?? '', '.dockerignore');
}
