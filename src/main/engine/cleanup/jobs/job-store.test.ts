import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { IN_MEMORY } from '../../storage/private-database.ts';
import { aPolicy } from '../../testing/cleanup-policy.ts';
import { openCleanupDatabase } from './cleanup-database.ts';
import { openCleanupFile } from './cleanup-file.ts';
import { createJobStore, type JobStore } from './job-store.ts';
import { createRevisionPolicies } from './saved-policies.ts';

const clock = { now: () => new Date('2026-11-20T12:00:00Z') };
const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const CLEANUP = {
  kind: 'revisions',
  target: SCOPE,
  subject: 'sandbox',
  policy: aPolicy(),
  unknown: [],
} as const;
const REVISION = { arn: 'arn:web:1', name: 'web:1', number: 1, status: 'ACTIVE' };

const idOf = (number: number): string => `7ff1b9ec-2a06-4b9b-9a51-${String(number).padStart(12, '0')}`;

function create(store: JobStore, number: number): void {
  store.create(idOf(number), { ...CLEANUP, remove: [REVISION] }, 'entry');
}

it('the job store keeps the newest 50 ended jobs, and all running and paused ones', () => {
  const database = openCleanupDatabase(IN_MEMORY);
  const store = createJobStore(database, clock);
  create(store, 0);
  store.setState(idOf(0), 'paused');
  for (let number = 1; number <= 52; number += 1) {
    create(store, number);
    store.setState(idOf(number), 'done');
  }
  create(store, 53);
  const kept = (number: number): boolean => store.find(idOf(number)) !== undefined;
  expect([0, 1, 2, 3, 52, 53].map(kept)).toEqual([true, false, false, true, true, true]);
  expect(database.prepare('SELECT count(DISTINCT job) AS jobs FROM items').get()?.jobs).toBe(52);
  database.close();
});

/** As earlier versions stored it. */
const OLD_POLICY = { keepNewest: 10, keepDays: 0, keepWorked: 1, deleteForGood: true };

it('a saved policy of an earlier version keeps whether it deletes permanently', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-store-'));
  const database = openCleanupFile({ data: folder }, pino({ level: 'silent' }), clock);
  database
    .prepare('INSERT INTO policies (account, region, policy) VALUES (?, ?, ?)')
    .run(SCOPE.account, SCOPE.region, JSON.stringify(OLD_POLICY));
  expect(createRevisionPolicies(database).find(SCOPE)).toEqual(aPolicy({ deletePermanently: true }));
  database.close();
  rmSync(folder, { recursive: true });
});

it('the job store reads jobs of versions that knew only revisions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-store-'));
  const before = new DatabaseSync(join(folder, 'cleanup.sqlite'));
  before.exec(`
    CREATE TABLE jobs (id TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, target TEXT NOT NULL,
      subject TEXT NOT NULL, policy TEXT NOT NULL, state TEXT NOT NULL, sentence TEXT, created_at TEXT NOT NULL,
      ended_at TEXT, entry TEXT NOT NULL, holder TEXT, until TEXT) STRICT;
    CREATE TABLE items (job TEXT NOT NULL REFERENCES jobs (id), place INTEGER NOT NULL, arn TEXT NOT NULL,
      name TEXT NOT NULL, state TEXT NOT NULL, deregistered INTEGER NOT NULL DEFAULT 0, message TEXT,
      PRIMARY KEY (job, arn)) STRICT;
    INSERT INTO jobs (id, account, region, target, subject, policy, state, created_at, entry) VALUES
      ('${idOf(1)}', 'sandbox', 'us-east-1', '${JSON.stringify(SCOPE)}', 'web', '${JSON.stringify(OLD_POLICY)}',
       'running', '2026-11-20T12:00:00Z', 'entry');
    INSERT INTO items (job, place, arn, name, state) VALUES ('${idOf(1)}', 0, 'arn:web:1', 'web:1', 'active');
    PRAGMA user_version = 1;`);
  before.close();

  const database = openCleanupFile({ data: folder }, pino({ level: 'silent' }), clock);
  const store = createJobStore(database, clock);
  expect(store.view(idOf(1))).toMatchObject({ kind: 'revisions', subject: 'web', left: 1 });
  expect(store.find(idOf(1))).toMatchObject({ policy: { keepNewest: 10, deletePermanently: true } });
  expect(store.orphans()).toEqual([idOf(1)]);
  database.close();
  rmSync(folder, { recursive: true });
});
