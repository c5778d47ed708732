import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pack } from 'tar-fs';
import { type IgnoreRules, readIgnoreRules } from './ignore-patterns.ts';

/**
 * The tar of a folder to build from, without what .dockerignore leaves out (or the `.dockerignore` that belongs to
 * the Dockerfile alone). The Dockerfile and the .dockerignore go along even when they are ignored, since the engine
 * needs them (docker build does the same). Files belong to root in it.
 */
export async function packBuildContext(
  folder: string,
  dockerfile: string,
  signal: AbortSignal,
): Promise<Readable> {
  const included = await includedPaths(folder, dockerfile, signal);
  const absolute = new Set([...included].map((path) => join(folder, path)));
  return pack(folder, {
    ignore: (path) => !absolute.has(path),
    map: (header) => Object.assign(header, { uid: 0, gid: 0 }),
    strict: false,
  });
}

/** Paths that belong to the build context, relative and with slashes; folders that hold some are among them. */
export async function includedPaths(
  folder: string,
  dockerfile: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const rules = await readRules(folder, dockerfile);
  const needed = new Set([dockerfile, '.dockerignore']);
  const included = new Set<string>();

  async function visit(directory: string): Promise<void> {
    signal.throwIfAborted();
    for (const entry of await readdir(join(folder, directory), { withFileTypes: true })) {
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

async function readRules(folder: string, dockerfile: string): Promise<IgnoreRules> {
  const ownName = `${dockerfile}.dockerignore`;
  const own = await readIfThere(join(folder, ownName));
  if (own !== undefined) return readIgnoreRules(own, ownName);
  return readIgnoreRules((await readIfThere(join(folder, '.dockerignore'))) ?? '', '.dockerignore');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
