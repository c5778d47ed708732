import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SlipwayError } from '../../../shared/errors.ts';
import { type IgnoreRules, readIgnoreRules } from './ignore-patterns.ts';
import { readSmallFile } from './small-file.ts';

const LARGEST_IGNORE_FILE_BYTES = 1024 * 1024;

/** The limit of files and folders that are read. Those of the context are kept in memory. */
const MOST_ENTRIES = 1_000_000;

/** How many entries are read before other work of the process gets a turn. */
const ENTRIES_PER_TURN = 1000;

/** Paths that belong to the build context, relative and with slashes; folders that hold some are among them. */
export async function includedPaths(
  folder: string,
  dockerfile: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const rules = await readRules(folder, dockerfile, signal);
  const needed = new Set([dockerfile, '.dockerignore']);
  const included = new Set<string>();
  let entries = 0;

  async function visit(directory: string): Promise<void> {
    for await (const entry of await opendir(join(folder, directory))) {
      entries += 1;
      if (entries > MOST_ENTRIES) throw tooMany();
      if (entries % ENTRIES_PER_TURN === 0) await nextTurn();
      signal.throwIfAborted();
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      const isIgnored = rules.ignores(path);
      const isIncluded = !isIgnored || needed.has(path);
      if (isIncluded) includeWithParents(included, path);
      const leadsToNeeded = [...needed].some((file) => file.startsWith(`${path}/`));
      if (entry.isDirectory() && (!isIgnored || rules.hasExceptions || leadsToNeeded)) await visit(path);
    }
  }

  await visit('');
  return included;
}

function includeWithParents(included: Set<string>, path: string): void {
  included.add(path);
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    included.add(path.slice(0, slash));
  }
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
