import type { DatabaseSync } from 'node:sqlite';
import { rollBack } from '../storage/private-database.ts';

/** One script a schema version, the first one for an empty file. Never changed once released, only added to. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE plans (
    id         TEXT PRIMARY KEY,
    content    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    claimed_at TEXT
  ) STRICT;

  CREATE TABLE entries (
    id                  TEXT PRIMARY KEY,
    plan                TEXT,
    at                  TEXT NOT NULL,
    account             TEXT NOT NULL,
    region              TEXT NOT NULL,
    cluster             TEXT,
    subject             TEXT NOT NULL,
    kind                TEXT NOT NULL,
    title               TEXT NOT NULL,
    why                 TEXT,
    who                 TEXT,
    state               TEXT NOT NULL,
    outcome             TEXT,
    task_definition_arn TEXT,
    deployment_arn      TEXT,
    sentence            TEXT
  ) STRICT;
  CREATE INDEX entries_by_time ON entries (at);
  CREATE INDEX entries_by_deployment ON entries (deployment_arn);

  CREATE TABLE steps (
    id        INTEGER PRIMARY KEY,
    entry     TEXT NOT NULL REFERENCES entries (id),
    operation TEXT NOT NULL,
    state     TEXT NOT NULL,
    at        TEXT NOT NULL,
    result    TEXT
  ) STRICT;
  CREATE INDEX steps_by_entry ON steps (entry);

  CREATE TABLE service_holds (
    service TEXT PRIMARY KEY,
    holder  TEXT NOT NULL,
    until   TEXT NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE entries ADD COLUMN basis TEXT;
  ALTER TABLE entries ADD COLUMN calls TEXT;
  ALTER TABLE entries ADD COLUMN settled_at TEXT;
  ALTER TABLE entries ADD COLUMN evidence TEXT;
  ALTER TABLE entries ADD COLUMN owner_host TEXT;
  ALTER TABLE entries ADD COLUMN owner_pid INTEGER;
  CREATE INDEX entries_by_subject ON entries (subject, at);
  CREATE INDEX entries_open ON entries (state) WHERE state = 'open';
  CREATE INDEX entries_by_revision ON entries (task_definition_arn);
  CREATE INDEX entries_by_plan ON entries (plan);
  `,
  `
  ALTER TABLE entries ADD COLUMN link TEXT;
  ALTER TABLE entries ADD COLUMN git_commit TEXT;
  ALTER TABLE entries ADD COLUMN overrides TEXT;
  `,
  // Quotes inside of texts are escaped in JSON, so that only names of fields are found.
  `
  ALTER TABLE entries RENAME COLUMN basis TO base;
  ALTER TABLE entries RENAME COLUMN who TO caller_identity;
  UPDATE entries
    SET evidence = replace(replace(evidence, '"episodes":', '"failureTimeline":'), '"no-room"', '"no-capacity"')
    WHERE evidence IS NOT NULL;
  UPDATE entries
    SET overrides = replace(replace(overrides, '"room"', '"capacity"'), '"same-software"', '"same-image"')
    WHERE overrides IS NOT NULL;
  ALTER TABLE service_holds RENAME TO service_locks;
  `,
  `
  ALTER TABLE entries ADD COLUMN approved_by TEXT;
  `,
  `
  CREATE INDEX entries_by_cluster ON entries (cluster, subject, at);
  `,
  `
  ALTER TABLE entries ADD COLUMN planned_by TEXT;
  `,
  // `origin`: the machine of an entry that came from a ledger. `shared`: the version that the ledger has; 0 for none yet, NULL for
  // an entry of a place without a ledger.
  `
  ALTER TABLE entries ADD COLUMN origin TEXT;
  ALTER TABLE entries ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE entries ADD COLUMN shared INTEGER;
  CREATE INDEX entries_waiting ON entries (shared) WHERE shared IS NOT NULL AND origin IS NULL;
  CREATE TABLE ledger_facts (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    at    TEXT NOT NULL
  ) STRICT;
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** The schema version that the file says it has; 0 for an empty one. */
export function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

/**
 * Brings the file to SCHEMA_VERSION, or to an older one for a test of what comes after it. Another process that does
 * the same at the same time waits its turn.
 */
export function migrate(database: DatabaseSync, version = SCHEMA_VERSION): void {
  if (schemaVersion(database) >= version) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const script of MIGRATIONS.slice(schemaVersion(database), version)) database.exec(script);
    database.exec(`PRAGMA user_version = ${version}`);
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}
