import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger, Paths } from '../ports/ports.ts';
import { makePrivateFile, makePrivateFolder } from '../storage/private-files.ts';
import { KEY_BYTES } from '../storage/sealed-text.ts';

/**
 * The key that values in caches are sealed with: `cache.key` of the data folder, made at random when it doesn't exist.
 * It keeps values out of a copied cache, its free pages and its log. It does not protect from somebody who can read the whole
 * folder, and cannot be: the caches have to open without a password, on the command line too. Without it the caches are
 * read again. Throws what the system throws when it can be neither read nor written.
 */
export function readCacheKey({ data }: Paths): Uint8Array {
  makePrivateFolder(data);
  const file = join(data, 'cache.key');
  const found = keyIn(file);
  if (found !== undefined) return found;
  // Put in place at once, so that another process never reads half a key.
  const fresh = `${file}-${process.pid}`;
  writeFileSync(fresh, randomBytes(KEY_BYTES), { mode: 0o600 });
  renameSync(fresh, file);
  return readFileSync(file);
}

/** The same key; one that ends with the process where none can be kept, so that nothing of an earlier one can be read. */
export function cacheKeyOrRandom({
  paths,
  logger,
}: {
  readonly paths: Paths;
  readonly logger: Logger;
}): Uint8Array {
  try {
    return readCacheKey(paths);
  } catch (error) {
    logger.warn({ err: error }, 'The key of the caches cannot be kept');
    return randomBytes(KEY_BYTES);
  }
}

function keyIn(file: string): Uint8Array | undefined {
  makePrivateFile(file);
  const bytes = readFileSync(file);
  return bytes.length === KEY_BYTES ? bytes : undefined;
}
