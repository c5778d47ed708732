import type { DatabaseSync } from 'node:sqlite';
import { openPrivateDatabase, rollBack } from '../../storage/private-database.ts';

/** How long a process waits for another one that is writing. */
const BUSY_TIMEOUT_MS = 5000;

/** `holder` and `until`: the process that carries a job out, and when it must have crashed if it says nothing. */
const REVISIONS = `
  CREATE TABLE IF NOT EXISTS jobs (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL,
    region     TEXT NOT NULL,
    target     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    policy     TEXT NOT NULL,
    state      TEXT NOT NULL,
    sentence   TEXT,
    created_at TEXT NOT NULL,
    ended_at   TEXT,
    entry      TEXT NOT NULL,
    holder     TEXT,
    until      TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS items (
    job          TEXT NOT NULL REFERENCES jobs (id),
    place        INTEGER NOT NULL,
    arn          TEXT NOT NULL,
    name         TEXT NOT NULL,
    state        TEXT NOT NULL,
    deregistered INTEGER NOT NULL DEFAULT 0,
    message      TEXT,
    PRIMARY KEY (job, arn)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS items_by_state ON items (job, state, place);
  CREATE TABLE IF NOT EXISTS policies (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    policy  TEXT NOT NULL,
    PRIMARY KEY (account, region)
  ) STRICT;
`;

/** `arn` is the ARN of a revision, or `repository@digest` of an image. `kind` is what a job removes. */
const IMAGES = `
  ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'revisions';
  ALTER TABLE items ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE image_policies (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    policy  TEXT NOT NULL,
    PRIMARY KEY (account, region)
  ) STRICT;
`;

/** The names of sources of use that were acknowledged for this job, as JSON. */
const ACKNOWLEDGED = `ALTER TABLE jobs ADD COLUMN acknowledged TEXT NOT NULL DEFAULT '[]';`;

/** Only added to. */
const MIGRATIONS = [REVISIONS, IMAGES, ACKNOWLEDGED];

/** Opens a file of clean-ups and brings it to the newest schema. Throws when it cannot be used. */
export function openCleanupDatabase(file: string): DatabaseSync {
  const database = openPrivateDatabase(file, {
    timeout: BUSY_TIMEOUT_MS,
    enableForeignKeyConstraints: true,
  });
  try {
    database.exec('PRAGMA synchronous = NORMAL;');
    if (versionOf(database) > MIGRATIONS.length)
      throw new Error('It was written by a newer version of Slipway.');
    for (const [index, migration] of MIGRATIONS.entries()) migrate(database, index + 1, migration);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Runs each migration once, although another process may be migrating at the same time. */
function migrate(database: DatabaseSync, version: number, migration: string): void {
  if (versionOf(database) >= version) return;
  inTransaction(database, () => {
    if (versionOf(database) >= version) return;
    database.exec(migration);
    database.exec(`PRAGMA user_version = ${version}`);
  });
}

/** All of it is written, or nothing. */
export function inTransaction(database: DatabaseSync, write: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    write();
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}
