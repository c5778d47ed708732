import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Scope } from '../../../shared/model/account.ts';
import {
  type CleanupJob,
  CleanupJobState,
  CleanupPolicy,
  CleanupTarget,
} from '../../../shared/model/cleanup.ts';
import type { Clock } from '../ports.ts';
import { expectedMs } from './cleanup-items.ts';
import { isHolderGone } from './job-holder.ts';
import type { StoredCleanup } from './stored-cleanup.ts';

/**
 * Where a revision of a job stands. `active` and `inactive` wait to be deregistered and deleted; `deregistering` and
 * `deleting` were sent, and whether they arrived is found out before anything else; the rest is over.
 */
export const ItemState = z.enum([
  'active',
  'deregistering',
  'inactive',
  'deleting',
  'deregistered',
  'deleted',
  'held',
  'spared',
  'failed',
]);
export type ItemState = z.infer<typeof ItemState>;

/** A revision of a job. */
export interface JobItem {
  readonly arn: string;
  readonly name: string;
  readonly state: ItemState;
}

/** What a runner needs to know of its job. */
export interface StoredJob {
  readonly id: string;
  readonly target: CleanupTarget;
  readonly subject: string;
  readonly policy: CleanupPolicy;
  /** Its entry in the journal. */
  readonly entry: string;
}

/** Jobs and their revisions on disk. Every change is there before the next request goes out. */
export interface JobStore {
  /** `id`: of the plan that it carries out. */
  create(id: string, cleanup: StoredCleanup, entry: string): void;
  find(id: string): StoredJob | undefined;
  /** As people see it; undefined when there is no such job. */
  view(id: string): CleanupJob | undefined;
  /** Ids, newest first, at most 20. */
  list(scope?: Scope): readonly string[];
  stateOf(id: string): CleanupJobState | undefined;
  /** Answers false, and changes nothing, when the job is over. */
  setState(id: string, state: CleanupJobState, sentence?: string): boolean;
  /** Why it waits, while it is running. */
  say(id: string, sentence: string | undefined): void;
  /** The first `limit` revisions that stand at `state`. */
  items(id: string, state: ItemState, limit: number): readonly JobItem[];
  mark(id: string, arns: readonly string[], state: ItemState, message?: string): void;
  /** Ids of jobs that are running and that no process carries out any more. They are free to be taken. */
  orphans(): readonly string[];
  /** True when `holder` alone, of all processes, carries the job out from now on, or goes on doing so. */
  take(id: string, holder: string, forMs: number): boolean;
  letGo(id: string, holder: string): void;
}

const MOST_LISTED = 20;
const MOST_NAMED = 200;
const OVER: readonly CleanupJobState[] = ['done', 'failed', 'cancelled'];

const Row = z.object({
  id: z.string(),
  target: z.string(),
  subject: z.string(),
  policy: z.string(),
  state: CleanupJobState,
  sentence: z.string().nullable(),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  entry: z.string(),
});

const Item = z.object({ arn: z.string(), name: z.string(), state: ItemState });
const Lease = z.object({ id: z.string(), holder: z.string().nullable(), until: z.string().nullable() });
const Exception = z.object({ name: z.string(), message: z.string().nullable() });
const Count = z.object({ state: ItemState, count: z.number(), deregistered: z.number() });

export function createJobStore(database: DatabaseSync, clock: Clock): JobStore {
  const now = (): string => clock.now().toISOString();
  const rowOf = (id: string) =>
    Row.optional().parse(database.prepare('SELECT * FROM jobs WHERE id = ?').get(id));

  function exceptions(id: string, state: ItemState): CleanupJob['failed'] {
    return database
      .prepare('SELECT name, message FROM items WHERE job = ? AND state = ? ORDER BY place LIMIT ?')
      .all(id, state, MOST_NAMED)
      .map((row) => Exception.parse(row))
      .map(({ name, message }) => ({ name, message: message ?? '' }));
  }

  function counts(id: string) {
    const rows = database
      .prepare(
        'SELECT state, count(*) AS count, sum(deregistered) AS deregistered FROM items WHERE job = ? GROUP BY state',
      )
      .all(id)
      .map((row) => Count.parse(row));
    const of = (...states: readonly ItemState[]): number =>
      rows.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0);
    const active = of('active', 'deregistering');
    const inactive = of('inactive', 'deleting');
    return {
      total: rows.reduce((sum, { count }) => sum + count, 0),
      deregistered: rows.reduce((sum, { deregistered }) => sum + deregistered, 0),
      deleted: of('deleted', 'held'),
      active,
      inactive,
    };
  }

  function letGo(id: string, holder: string): void {
    database
      .prepare('UPDATE jobs SET holder = NULL, until = NULL WHERE id = ? AND holder = ?')
      .run(id, holder);
  }

  return {
    create(id, { target, subject, policy, remove }, entry) {
      database.exec('BEGIN IMMEDIATE');
      try {
        database
          .prepare(
            `INSERT INTO jobs (id, account, region, target, subject, policy, state, created_at, entry)
             VALUES (?, ?, ?, ?, ?, ?, 'running', ?, ?)`,
          )
          .run(
            id,
            target.account,
            target.region,
            JSON.stringify(target),
            subject,
            JSON.stringify(policy),
            now(),
            entry,
          );
        const insert = database.prepare(
          'INSERT INTO items (job, place, arn, name, state) VALUES (?, ?, ?, ?, ?)',
        );
        for (const [place, { arn, name, status }] of remove.entries()) {
          insert.run(id, place, arn, name, status === 'ACTIVE' ? 'active' : 'inactive');
        }
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    find(id) {
      const row = rowOf(id);
      if (row === undefined) return undefined;
      const { target, policy, subject, entry } = row;
      return { id, subject, entry, ...contentOf(target, policy) };
    },
    view(id) {
      const row = rowOf(id);
      if (row === undefined) return undefined;
      const content = contentOf(row.target, row.policy);
      const { active, inactive, ...counted } = counts(id);
      const deleting = content.policy.deleteForGood ? active + inactive : 0;
      return {
        id,
        ...content,
        subject: row.subject,
        state: row.state,
        createdAt: row.created_at,
        ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
        ...counted,
        left: active + inactive,
        leftMs: expectedMs({ active, deleting }),
        spared: exceptions(id, 'spared'),
        failed: exceptions(id, 'failed'),
        held: exceptions(id, 'held'),
        ...(row.sentence === null ? {} : { sentence: row.sentence }),
      };
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
    items(id, state, limit) {
      return database
        .prepare('SELECT arn, name, state FROM items WHERE job = ? AND state = ? ORDER BY place DESC LIMIT ?')
        .all(id, state, limit)
        .map((row) => Item.parse(row));
    },
    mark(id, arns, state, message) {
      const isInactiveNow = state === 'inactive' || state === 'deregistered';
      const update = database.prepare(
        `UPDATE items SET state = ?, message = ?,
           deregistered = CASE WHEN state = 'deregistering' AND ? = 1 THEN 1 ELSE deregistered END
         WHERE job = ? AND arn = ?`,
      );
      database.exec('BEGIN IMMEDIATE');
      try {
        for (const arn of arns) update.run(state, message ?? null, isInactiveNow ? 1 : 0, id, arn);
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    orphans() {
      return database
        .prepare(`SELECT id, holder, until FROM jobs WHERE state = 'running'`)
        .all()
        .map((row) => Lease.parse(row))
        .filter(({ holder, until }) => holder === null || (until ?? '') < now() || isHolderGone(holder))
        .map(({ id, holder }) => {
          if (holder !== null) letGo(id, holder);
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
    letGo,
  };
}

function contentOf(
  target: string,
  policy: string,
): { readonly target: CleanupTarget; readonly policy: CleanupPolicy } {
  return {
    target: CleanupTarget.parse(JSON.parse(target)),
    policy: CleanupPolicy.parse(JSON.parse(policy)),
  };
}
