import type { DatabaseSync } from 'node:sqlite';

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
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** The schema version that the file says it has; 0 for an empty one. */
export function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

/** Brings the file to SCHEMA_VERSION. Another process that does the same at the same time waits its turn. */
export function migrate(database: DatabaseSync): void {
  if (schemaVersion(database) >= SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const script of MIGRATIONS.slice(schemaVersion(database))) database.exec(script);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
