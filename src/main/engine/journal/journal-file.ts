import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock, Logger, Paths } from '../ports/ports.ts';
import { openPrivateDatabase } from '../storage/private-database.ts';
import { makePrivateFolder } from '../storage/private-files.ts';
import { migrate, SCHEMA_VERSION, schemaVersion } from './migrations.ts';

/** How long a process waits for another one that is writing. */
const BUSY_TIMEOUT_MS = 5000;

/** SQLITE_CORRUPT and SQLITE_NOTADB: https://sqlite.org/rescode.html */
const DAMAGE = new Set([11, 26]);

/** SQLite keeps what it has not yet written back in files beside the database. */
const COMPANIONS = ['', '-wal', '-shm'];

export interface JournalFile {
  readonly database: DatabaseSync;
  /** A sentence if an unreadable file was renamed and a new one was started. */
  readonly problem?: string;
}

/**
 * Opens `journal.sqlite` in the data folder, and makes both when they don't exist. A file that is damaged, or that a
 * newer Slipway has written, is kept aside under another name and a new one is started.
 */
export function openJournalFile(paths: Paths, logger: Logger, clock: Clock): JournalFile {
  makePrivateFolder(paths.data);
  const file = path.join(paths.data, 'journal.sqlite');
  const fault = existsSync(file) ? faultOf(file) : undefined;
  if (fault === undefined) return { database: openDatabase(file) };

  const aside = keepAside(file, clock.now());
  const problem = `The journal ${fault}. It was renamed to ${path.basename(aside)} in ${paths.data}, and a new one was started.`;
  logger.warn({ file: aside }, problem);
  return { database: openDatabase(file), problem };
}

function openDatabase(file: string): DatabaseSync {
  const database = openPrivateDatabase(file, {
    timeout: BUSY_TIMEOUT_MS,
    enableForeignKeyConstraints: true,
  });
  try {
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Why the file cannot be used, or undefined. Throws what is no damage, such as a missing permission. */
function faultOf(file: string): string | undefined {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    const [finding] = database.prepare('PRAGMA quick_check(1)').all();
    if (finding?.quick_check !== 'ok') return 'is damaged';
    return schemaVersion(database) > SCHEMA_VERSION ? 'was written by a newer version of Slipway' : undefined;
  } catch (error) {
    if (isDamage(error)) return 'is damaged';
    throw error;
  } finally {
    database.close();
  }
}

/** The low byte of an SQLite result code is its kind. */
function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  return typeof error.errcode === 'number' && DAMAGE.has(error.errcode & 0xff);
}

function keepAside(file: string, now: Date): string {
  const aside = file.replace(/\.sqlite$/, `-${now.toISOString().replaceAll(/[:.]/g, '-')}.sqlite`);
  for (const companion of COMPANIONS) {
    if (existsSync(file + companion)) renameSync(file + companion, aside + companion);
  }
  return aside;
}
