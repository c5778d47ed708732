import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import { type DataFolder, DataKind } from '../../../shared/model/data-folder.ts';
import { CACHES, emptyCaches } from '../caches/cache-database.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Paths } from '../ports/ports.ts';

/** The data.* methods. */
export function createDataHandlers(paths: Paths): Pick<Handlers, 'data.read' | 'data.deleteCaches'> {
  return {
    'data.read': (_, { signal }) => readDataFolder(paths, signal),
    async 'data.deleteCaches'() {
      try {
        return { freedBytes: emptyCaches(paths) };
      } catch (error) {
        throw new SlipwayError(
          'UNAVAILABLE',
          'The caches are in use. Close other windows of Slipway, then delete them again.',
          { retryable: true, cause: error },
        );
      }
    },
  };
}

async function readDataFolder({ data }: Paths, signal: AbortSignal): Promise<DataFolder> {
  const sums = new Map(DataKind.options.map((kind) => [kind, { kind, files: 0, bytes: 0 }]));
  for (const entry of await readdir(data, { withFileTypes: true })) {
    const sum = sums.get(kindOf(entry.name));
    if (sum === undefined) continue;
    const path = join(data, entry.name);
    const files = entry.isDirectory() ? await filesUnder(path) : [path];
    for (const file of files) {
      signal.throwIfAborted();
      sum.bytes += await bytesOf(file);
    }
    sum.files += files.length;
  }
  return { folder: data, kinds: [...sums.values()] };
}

const SETTINGS_FILES: ReadonlySet<string> = new Set([
  'settings.json',
  'webhook.key',
  'environments.yml',
  'desktop.json',
  'clones.json',
  'projects.json',
]);

/** What the first part of a path in the data folder is for. */
function kindOf(name: string): DataKind {
  const [base = '', ...rest] = name.split('.');
  const isDatabase = rest.join('.').startsWith('sqlite');
  if (isDatabase && (base === 'journal' || base === 'cleanup')) return 'journal';
  if (isDatabase && CACHES.some((cache) => cache === base)) return 'caches';
  if (name === 'cache.key' || name === 'code-cache') return 'caches';
  if (name.endsWith('.log')) return 'log';
  if (name === 'sandbox') return 'sandbox';
  if (SETTINGS_FILES.has(name)) return 'settings';
  return 'other';
}

/** Links are counted and not followed. */
async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

/** A file that was deleted meanwhile has none. */
async function bytesOf(file: string): Promise<number> {
  try {
    return (await lstat(file)).size;
  } catch {
    return 0;
  }
}
