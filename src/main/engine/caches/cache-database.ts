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

function open(file: string, createTable: string): DatabaseSync {
  const database = openPrivateDatabase(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Nothing waits for the disk: a file that a power cut has damaged is thrown away.
    database.exec('PRAGMA synchronous = OFF');
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
