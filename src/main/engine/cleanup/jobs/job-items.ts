import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { lazyObject } from '../../../../shared/model/lazy-objects.ts';
import { inTransaction } from './cleanup-database.ts';

/**
 * Where a revision or an image of a job stands. `active` and `inactive` revisions wait to be deregistered and deleted,
 * images that are `present` to be deleted; `deregistering` and `deleting` were sent, and whether they arrived is found
 * out before anything else; the rest has ended.
 */
export const ItemState = z.enum([
  'active',
  'deregistering',
  'inactive',
  'present',
  'deleting',
  'deregistered',
  'deleted',
  'held',
  'spared',
  'failed',
]);
export type ItemState = z.infer<typeof ItemState>;

/** A revision or an image of a job. */
export interface JobItem {
  /** The ARN of a revision, or `repository@digest` of an image. */
  readonly arn: string;
  readonly name: string;
  readonly state: ItemState;
}

export interface NewJobItem extends JobItem {
  /** The bytes that an image frees. */
  readonly bytes: number;
}

/** How many of a job stand where. */
export interface ItemCounts {
  readonly total: number;
  /** Whether they were deleted afterwards or not. */
  readonly deregistered: number;
  readonly freedBytes: number;
  readonly of: (...states: readonly ItemState[]) => number;
}

/** What jobs remove, on disk. */
export interface JobItems {
  /** Of those that stand at one state, the last one is the first to be handed out. */
  readonly add: (job: string, items: readonly NewJobItem[]) => void;
  /** The first `limit` that stand at `state`. */
  items(job: string, state: ItemState, limit: number): readonly JobItem[];
  mark(job: string, arns: readonly string[], state: ItemState, message?: string): void;
  counts(job: string): ItemCounts;
  /** Those at `state` with what was said of them, at most 200. */
  exceptions(job: string, state: ItemState): CleanupJob['failed'];
}

const MOST_NAMED = 200;

const Item = lazyObject(() => ({ arn: z.string(), name: z.string(), state: ItemState }));
const Exception = lazyObject(() => ({ name: z.string(), message: z.string().nullable() }));
const Count = lazyObject(() => ({
  state: ItemState,
  count: z.number(),
  deregistered: z.number(),
  bytes: z.number(),
}));

export function createJobItems(database: DatabaseSync): JobItems {
  return {
    add(job, items) {
      const insert = database.prepare(
        'INSERT INTO items (job, place, arn, name, state, bytes) VALUES (?, ?, ?, ?, ?, ?)',
      );
      for (const [place, { arn, name, state, bytes }] of items.entries())
        insert.run(job, place, arn, name, state, bytes);
    },
    items(job, state, limit) {
      return database
        .prepare('SELECT arn, name, state FROM items WHERE job = ? AND state = ? ORDER BY place DESC LIMIT ?')
        .all(job, state, limit)
        .map((row) => Item.parse(row));
    },
    mark(job, arns, state, message) {
      const isInactiveNow = state === 'inactive' || state === 'deregistered';
      const update = database.prepare(
        `UPDATE items SET state = ?, message = ?,
           deregistered = CASE WHEN state = 'deregistering' AND ? = 1 THEN 1 ELSE deregistered END
         WHERE job = ? AND arn = ?`,
      );
      inTransaction(database, () => {
        for (const arn of arns) update.run(state, message ?? null, isInactiveNow ? 1 : 0, job, arn);
      });
    },
    counts(job) {
      const rows = database
        .prepare(
          `SELECT state, count(*) AS count, sum(deregistered) AS deregistered, sum(bytes) AS bytes
           FROM items WHERE job = ? GROUP BY state`,
        )
        .all(job)
        .map((row) => Count.parse(row));
      const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
      return {
        total: sum(rows.map(({ count }) => count)),
        deregistered: sum(rows.map(({ deregistered }) => deregistered)),
        freedBytes: rows.find(({ state }) => state === 'deleted')?.bytes ?? 0,
        of: (...states) => sum(rows.filter(({ state }) => states.includes(state)).map(({ count }) => count)),
      };
    },
    exceptions(job, state) {
      return database
        .prepare('SELECT name, message FROM items WHERE job = ? AND state = ? ORDER BY place LIMIT ?')
        .all(job, state, MOST_NAMED)
        .map((row) => Exception.parse(row))
        .map(({ name, message }) => ({ name, message: message ?? '' }));
    },
  };
}
