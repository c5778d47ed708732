import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger, Paths } from '../ports/ports.ts';
import { IN_MEMORY, openPrivateDatabase } from '../storage/private-database.ts';

const BUSY_TIMEOUT_MS = 2_000;

/**
 * Opens a database that holds only what can be read again, and makes its table. A damaged file is thrown away; where
 * no file can be had at all, the cache lives in memory and is gone with the process.
 */
export function openCacheDatabase(
  { paths, logger }: { readonly paths: Paths; readonly logger: Logger },
  name: string,
  createTable: string,
): DatabaseSync {
  const file = join(paths.data, `${name}.sqlite`);
  try {
    return open(file, createTable);
  } catch (error) {
    logger.warn({ err: error, cache: name }, 'The cache cannot be read and is started anew');
  }
  try {
    for (const part of [file, `${file}-wal`, `${file}-shm`]) rmSync(part, { force: true });
    return open(file, createTable);
  } catch (error) {
    logger.warn({ err: error, cache: name }, 'The cache cannot be kept on disk');
    return open(IN_MEMORY, createTable);
  }
}

function open(file: string, createTable: string): DatabaseSync {
  const database = openPrivateDatabase(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Nothing waits for the disk: a file that a power cut has damaged is thrown away.
    database.exec(`PRAGMA synchronous = OFF; ${createTable}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
