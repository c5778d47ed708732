import { createHash, hkdfSync } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type { Clock } from '../ports/ports.ts';
import { emptyLog, rollBack } from '../storage/private-database.ts';
import { KEY_BYTES, openSealedText, sealText } from '../storage/sealed-text.ts';

/** A plan older than this says nothing about the service any more. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** A plan as the journal stores it. Its content is parsed by whoever created it. */
export interface LedgerPlan {
  readonly id: string;
  readonly content: unknown;
  /** When its execution started. A plan is carried out at most once. */
  readonly claimedAt?: string;
}

/**
 * Plans between their making and the end of their execution. A plan may hold values that somebody has typed, so that it
 * is sealed with its own id, which only whoever made the plan knows until its execution starts.
 */
export interface LedgerPlans {
  /** Keeps a plan for 24 hours, for any process of this machine that knows its id. */
  save(id: string, content: unknown): void;
  /** Keeps another content for a plan that exists. */
  replace(id: string, content: unknown): void;
  /** Undefined for a plan that never was, or that has expired. */
  find(id: string): LedgerPlan | undefined;
  /** True for the one caller, of all processes, that may carry the plan out. */
  claim(id: string): boolean;
  /** Takes the values of variables out of a plan whose execution has ended. */
  forgetValues(id: string): void;
  /** Deletes the plans that have expired. */
  forgetLapsed(): void;
}

/** What a plan is kept for after it has expired: to be resumed, or to be shown as a bulk release. */
const NEEDED = `SELECT DISTINCT plan FROM entries
  WHERE plan IS NOT NULL AND (state IN ('open', 'unfinished') OR kind = 'fleet')`;

const Row = lazyObject(() => ({
  content: z.string(),
  expires_at: z.string(),
  claimed_at: z.string().nullable(),
}));

export function createLedgerPlans(database: DatabaseSync, clock: Clock): LedgerPlans {
  const now = (): string => clock.now().toISOString();

  function replace(id: string, content: unknown): void {
    database.prepare('UPDATE plans SET content = ? WHERE id = ?').run(sealed(id, content), rowOf(id));
  }

  function find(id: string): LedgerPlan | undefined {
    const row = Row.optional().parse(
      database.prepare('SELECT content, expires_at, claimed_at FROM plans WHERE id = ?').get(rowOf(id)),
    );
    if (row === undefined) return undefined;
    if (row.claimed_at === null && row.expires_at < now()) return undefined;
    const content = openSealedText(keyOf(id), row.content);
    if (content === undefined) return undefined;
    return {
      id,
      content: JSON.parse(content),
      ...(row.claimed_at === null ? {} : { claimedAt: row.claimed_at }),
    };
  }

  function forgetLapsed(): void {
    const lapsed = database.prepare('SELECT id FROM plans WHERE expires_at < ?').all(now());
    if (lapsed.length === 0) return;
    const needed = new Set(
      database
        .prepare(NEEDED)
        .all()
        .map(({ plan }) => rowOf(String(plan))),
    );
    const remove = database.prepare('DELETE FROM plans WHERE id = ?');
    const removed = lapsed.map(({ id }) => String(id)).filter((id) => !needed.has(id));
    for (const id of removed) remove.run(id);
    if (removed.length > 0) emptyLog(database);
  }

  sealOldPlans(database);
  forgetLapsed();
  return {
    save(id, content) {
      forgetLapsed();
      const expiresAt = new Date(clock.now().getTime() + KEPT_MS).toISOString();
      database
        .prepare('INSERT INTO plans (id, content, created_at, expires_at) VALUES (?, ?, ?, ?)')
        .run(rowOf(id), sealed(id, content), now(), expiresAt);
    },
    replace,
    find,
    claim(id) {
      const claimed = database
        .prepare('UPDATE plans SET claimed_at = ? WHERE id = ? AND claimed_at IS NULL')
        .run(now(), rowOf(id));
      return Number(claimed.changes) === 1;
    },
    forgetValues(id) {
      const plan = find(id);
      if (plan === undefined) return;
      const content = withoutValues(plan.content);
      if (JSON.stringify(content) === JSON.stringify(plan.content)) return;
      replace(id, content);
      if (!database.isTransaction) emptyLog(database);
    },
    forgetLapsed,
  };
}

/** The name of a plan's row, which does not tell its id. */
function rowOf(id: string): string {
  return createHash('sha256').update(`slipway plan ${id}`).digest('hex');
}

/** The id is a random UUID, so a fast key derivation is safe. */
function keyOf(id: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', id, '', 'slipway plan', KEY_BYTES));
}

function sealed(id: string, content: unknown): string {
  return sealText(keyOf(id), JSON.stringify(content));
}

/** Earlier versions stored plans unencrypted, under their id. */
function sealOldPlans(database: DatabaseSync): void {
  const select = database.prepare(`SELECT id, content FROM plans WHERE id LIKE '%-%'`);
  if (select.all().length === 0) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const update = database.prepare('UPDATE plans SET id = ?, content = ? WHERE id = ?');
    for (const { id, content } of select.all()) {
      update.run(rowOf(String(id)), sealText(keyOf(String(id)), String(content)), String(id));
    }
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
  emptyLog(database);
}

/** The same plan, with an empty text for each value of a variable: fields that have a name and a value. */
function withoutValues(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(withoutValues);
  if (typeof content !== 'object' || content === null) return content;
  const members = Object.entries(content).map(([name, value]) => [name, withoutValues(value)] as const);
  const isVariable = 'name' in content && 'value' in content;
  return Object.fromEntries(
    members.map(([name, value]) => (isVariable && name === 'value' ? [name, ''] : [name, value])),
  );
}
