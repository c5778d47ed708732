import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';
import { makePrivateFile, makePrivateFolder } from './private-files.ts';

/**
 * What a write waits for (https://sqlite.org/pragma.html#pragma_synchronous). `OFF`: nothing, for what may be lost when the power
 * fails.
 */
type Synchronous = 'OFF' | 'FULL';

/** A database in memory alone. */
export const IN_MEMORY = ':memory:';

/** How long tidying up waits for others that read. */
const TIDY_TIMEOUT_MS = 50;

/**
 * Opens a database that is its owner's alone, and makes it and its folder when they don't exist. What is deleted or
 * overwritten is written over with zeros (https://sqlite.org/pragma.html#pragma_secure_delete). The log that SQLite
 * keeps beside it has the rights of the database. Throws what SQLite or the system throws.
 */
export function openPrivateDatabase(
  file: string,
  options: DatabaseSyncOptions,
  synchronous: Synchronous = 'FULL',
): DatabaseSync {
  if (file !== IN_MEMORY) {
    makePrivateFolder(dirname(file));
    makePrivateFile(file);
  }
  const database = new DatabaseSync(file, options);
  try {
    database.exec(
      `PRAGMA synchronous = ${synchronous}; PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL`,
    );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Ends a transaction that has failed. SQLite ends it by itself where the disk is full. */
export function rollBack(database: DatabaseSync): void {
  if (database.isTransaction) database.exec('ROLLBACK');
}

/**
 * Empties the log beside a database, which may still hold what was deleted. While another process reads, it is left for
 * the next time.
 */
export function emptyLog(database: DatabaseSync): void {
  const before = Number(database.prepare('PRAGMA busy_timeout').get()?.timeout ?? 0);
  database.exec(`PRAGMA busy_timeout = ${TIDY_TIMEOUT_MS}`);
  try {
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  } finally {
    database.exec(`PRAGMA busy_timeout = ${before}`);
  }
}
