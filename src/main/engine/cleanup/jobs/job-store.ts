import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Scope } from '../../../../shared/model/account.ts';
import { type CleanupJob, CleanupJobState } from '../../../../shared/model/cleanup.ts';
import { lazyObject } from '../../../../shared/model/lazy-objects.ts';
import type { Clock } from '../../ports/ports.ts';
import { inTransaction } from './cleanup-database.ts';
import { createJobItems, type JobItems } from './job-items.ts';
import { type JobState, jobView } from './job-view.ts';
import { isHolderGone } from './lock-owner.ts';
import { jobItemsOf, type StoredCleanup } from './stored-cleanup.ts';
import { StoredJob } from './stored-job.ts';

/** Jobs and what they remove, on disk. Every change is there before the next request goes out. */
export interface JobStore extends Omit<JobItems, 'add'>, JobLeases {
  /** `id`: of the plan that it carries out. Jobs that were over long ago are forgotten. */
  create(id: string, cleanup: StoredCleanup, entry: string): void;
  find(id: string): StoredJob | undefined;
  /** As people see it; undefined when there is no such job. */
  view(id: string): CleanupJob | undefined;
  /** Ids, newest first, at most 20. */
  list(scope?: Scope): readonly string[];
  stateOf(id: string): CleanupJobState | undefined;
  /** Returns false, and changes nothing, when the job has ended. */
  setState(id: string, state: CleanupJobState, sentence?: string): boolean;
  /** Why it waits, while it is running. */
  say(id: string, sentence: string | undefined): void;
}

const MOST_LISTED = 20;
/** Of all accounts. What was removed stays in the journal permanently; thousands of names of each job need not. */
const MOST_KEPT_OF_THOSE_OVER = 50;
const OVER: readonly CleanupJobState[] = ['done', 'failed', 'cancelled'];

const Row = lazyObject(() => ({
  id: z.string(),
  kind: z.string(),
  target: z.string(),
  subject: z.string(),
  policy: z.string(),
  state: CleanupJobState,
  sentence: z.string().nullable(),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  entry: z.string(),
  acknowledged: z.string(),
}));
type Row = z.infer<typeof Row>;

export function createJobStore(database: DatabaseSync, clock: Clock): JobStore {
  const now = (): string => clock.now().toISOString();
  const { add, ...items } = createJobItems(database);
  const rowOf = (id: string): Row | undefined =>
    Row.optional().parse(database.prepare('SELECT * FROM jobs WHERE id = ?').get(id));

  function forgetOldest(): void {
    const old = `SELECT id FROM jobs WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, rowid DESC LIMIT -1 OFFSET ?`;
    database.prepare(`DELETE FROM items WHERE job IN (${old})`).run(MOST_KEPT_OF_THOSE_OVER);
    database.prepare(`DELETE FROM jobs WHERE id IN (${old})`).run(MOST_KEPT_OF_THOSE_OVER);
  }

  return {
    ...items,
    ...createJobLeases(database, clock),
    create(id, cleanup, entry) {
      const { kind, target, subject, policy } = cleanup;
      inTransaction(database, () => {
        forgetOldest();
        database
          .prepare(
            `INSERT INTO jobs (id, kind, account, region, target, subject, policy, state, created_at, entry, acknowledged)
             VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?)`,
          )
          .run(
            id,
            kind,
            target.account,
            target.region,
            JSON.stringify(target),
            subject,
            JSON.stringify(policy),
            now(),
            entry,
            JSON.stringify(cleanup.kind === 'revisions' ? cleanup.unknown : []),
          );
        add(id, jobItemsOf(cleanup));
      });
    },
    find(id) {
      const row = rowOf(id);
      return row && storedJob(row);
    },
    view(id) {
      const row = rowOf(id);
      return row && jobView(storedJob(row), stateOfRow(row), items);
    },
    list(scope) {
      const where = scope === undefined ? '' : 'WHERE account = ? AND region = ?';
      const values = scope === undefined ? [] : [scope.account, scope.region];
      return database
        .prepare(`SELECT id FROM jobs ${where} ORDER BY created_at DESC, rowid DESC LIMIT ${MOST_LISTED}`)
        .all(...values)
        .flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
    },
    stateOf: (id) => rowOf(id)?.state,
    setState(id, state, sentence) {
      const endedAt = OVER.includes(state) ? now() : null;
      const changed = database
        .prepare('UPDATE jobs SET state = ?, sentence = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL')
        .run(state, sentence ?? null, endedAt, id);
      return Number(changed.changes) === 1;
    },
    say(id, sentence) {
      database
        .prepare(`UPDATE jobs SET sentence = ? WHERE id = ? AND state = 'running'`)
        .run(sentence ?? null, id);
    },
  };
}

function storedJob({ id, kind, subject, entry, target, policy, acknowledged }: Row): StoredJob {
  const parse = (text: string): unknown => JSON.parse(text);
  return StoredJob.parse({
    id,
    kind,
    subject,
    entry,
    target: parse(target),
    policy: parse(policy),
    acknowledged: parse(acknowledged),
  });
}

function stateOfRow({ state, created_at, ended_at, sentence }: Row): JobState {
  return {
    state,
    createdAt: created_at,
    ...(ended_at === null ? {} : { endedAt: ended_at }),
    ...(sentence === null ? {} : { sentence }),
  };
}

/** Which process carries which job out. */
interface JobLeases {
  /** Ids of jobs that are running and that no process carries out any more. They are free to be taken. */
  orphans(): readonly string[];
  /** True when `holder` alone, of all processes, carries the job out from now on, or continues doing so. */
  take(id: string, holder: string, forMs: number): boolean;
  release(id: string, holder: string): void;
}

const Lease = lazyObject(() => ({
  id: z.string(),
  holder: z.string().nullable(),
  until: z.string().nullable(),
}));

function createJobLeases(database: DatabaseSync, clock: Clock): JobLeases {
  const now = (): string => clock.now().toISOString();

  function release(id: string, holder: string): void {
    database
      .prepare('UPDATE jobs SET holder = NULL, until = NULL WHERE id = ? AND holder = ?')
      .run(id, holder);
  }

  return {
    release,
    orphans() {
      return database
        .prepare(`SELECT id, holder, until FROM jobs WHERE state = 'running'`)
        .all()
        .map((row) => Lease.parse(row))
        .filter(({ holder, until }) => holder === null || (until ?? '') < now() || isHolderGone(holder))
        .map(({ id, holder }) => {
          if (holder !== null) release(id, holder);
          return id;
        });
    },
    take(id, holder, forMs) {
      const until = new Date(clock.now().getTime() + forMs).toISOString();
      const taken = database
        .prepare(
          `UPDATE jobs SET holder = ?, until = ?
           WHERE id = ? AND (holder IS NULL OR holder = ? OR until IS NULL OR until < ?)`,
        )
        .run(holder, until, id, holder, now());
      return Number(taken.changes) === 1;
    },
  };
}
