import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fullDiskProblem } from '../../../shared/full-disk.ts';
import type { Logger, Paths } from '../ports/ports.ts';
import { emptyLog, IN_MEMORY, openPrivateDatabase } from '../storage/private-database.ts';

/**
 * The databases that Slipway can go on without, by the names of their files. All but the stopped tasks hold what can be read
 * or asked again.
 */
export const CACHES = [
  'approvals',
  'deployments',
  'images',
  'last-visit',
  'revisions',
  'search',
  'stopped-tasks',
  'timeline',
] as const;
type CacheName = (typeof CACHES)[number];

const BUSY_TIMEOUT_MS = 2_000;

/**
 * Opens a database that holds only what can be read again, and makes its table. A damaged file is thrown away; where
 * no file can be had at all, the cache lives in memory and is gone with the process.
 */
export function openCacheDatabase(
  { paths, logger }: { readonly paths: Paths; readonly logger: Logger },
  name: CacheName,
  createTable: string,
): DatabaseSync {
  const file = join(paths.data, `${name}.sqlite`);
  try {
    return open(file, createTable);
  } catch (error) {
    logger.warn({ err: error, cache: name }, 'The cache cannot be read and is started again from nothing');
  }
  try {
    for (const part of [file, `${file}-wal`, `${file}-shm`]) rmSync(part, { force: true });
    return open(file, createTable);
  } catch (error) {
    logger.warn({ err: error, cache: name }, 'The cache cannot be kept on disk');
    return open(IN_MEMORY, createTable);
  }
}

/** Writes to a cache. Where the disk is full, nothing is kept, because a read must not fail for that. */
export function keepUnlessFull(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (fullDiskProblem(error) === undefined) throw error;
  }
}

/**
 * Deletes what all caches hold, also while other processes have them open. Returns the number of bytes freed.
 * Throws what SQLite throws, such as for a cache that is in use for longer than some seconds.
 */
export function emptyCaches({ data }: Paths): number {
  let freed = 0;
  for (const name of CACHES) {
    const file = join(data, `${name}.sqlite`);
    const before = sizeOf(file);
    if (before === 0) continue;
    const database = openPrivateDatabase(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      const tables = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .all();
      for (const table of tables) {
        database.exec(`DELETE FROM "${String(table.name).replaceAll('"', '""')}"`);
      }
      database.exec('VACUUM');
      emptyLog(database);
    } finally {
      database.close();
    }
    freed += Math.max(0, before - sizeOf(file));
  }
  return freed;
}

function sizeOf(file: string): number {
  return [file, `${file}-wal`]
    .map((part) => statSync(part, { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

function open(file: string, createTable: string): DatabaseSync {
  // Nothing waits for the disk, also not the first start: a file that a power cut has damaged is thrown away.
  const database = openPrivateDatabase(file, { timeout: BUSY_TIMEOUT_MS }, 'OFF');
  try {
    renameOldColumns(database);
    database.exec(createTable);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Versions before 0.2 named the column `world` that says which AWS an answer is from. */
function renameOldColumns(database: DatabaseSync): void {
  const tables = database
    .prepare(
      `SELECT t.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
       WHERE t.type = 'table' AND c.name = 'world'`,
    )
    .all();
  for (const { name } of tables) {
    database.exec(`ALTER TABLE "${String(name).replaceAll('"', '""')}" RENAME COLUMN world TO namespace`);
  }
}
