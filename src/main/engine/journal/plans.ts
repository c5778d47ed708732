import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Clock } from '../ports.ts';

/** A plan older than this says nothing about the service any more. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** A plan as the ledger holds it. What is in it is known to whoever made it, and parsed by them. */
export interface LedgerPlan {
  readonly id: string;
  readonly content: unknown;
  /** When its execution began. A plan is carried out at most once. */
  readonly claimedAt?: string;
}

export interface LedgerPlans {
  /** Keeps a plan for 24 hours, for any process of this machine. `content` must hold no secrets. */
  save(id: string, content: unknown): void;
  /** Keeps another content for a plan that is there. */
  replace(id: string, content: unknown): void;
  /** Undefined for a plan that never was, or that has lapsed. */
  find(id: string): LedgerPlan | undefined;
  /** True for the one caller, of all processes, that may carry the plan out. */
  claim(id: string): boolean;
}

/**
 * A plan may hold values that somebody typed, so it does not outlive the release that may have to be resumed with it.
 * That of a release to many services holds only which services it was about, and is kept with its entry.
 */
const FORGET_LAPSED = `DELETE FROM plans WHERE expires_at < ? AND NOT EXISTS (
  SELECT 1 FROM entries WHERE entries.plan = plans.id
    AND (entries.state IN ('open', 'unfinished') OR entries.kind = 'fleet'))`;

const Row = z.object({
  id: z.string(),
  content: z.string(),
  expires_at: z.string(),
  claimed_at: z.string().nullable(),
});

export function createLedgerPlans(database: DatabaseSync, clock: Clock): LedgerPlans {
  const now = (): string => clock.now().toISOString();
  return {
    save(id, content) {
      const expiresAt = new Date(clock.now().getTime() + KEPT_MS).toISOString();
      database.prepare(FORGET_LAPSED).run(now());
      database
        .prepare('INSERT INTO plans (id, content, created_at, expires_at) VALUES (?, ?, ?, ?)')
        .run(id, JSON.stringify(content), now(), expiresAt);
    },
    replace(id, content) {
      database.prepare('UPDATE plans SET content = ? WHERE id = ?').run(JSON.stringify(content), id);
    },
    find(id) {
      const row = Row.optional().parse(database.prepare('SELECT * FROM plans WHERE id = ?').get(id));
      if (row === undefined) return undefined;
      if (row.claimed_at === null && row.expires_at < now()) return undefined;
      return {
        id: row.id,
        content: JSON.parse(row.content),
        ...(row.claimed_at === null ? {} : { claimedAt: row.claimed_at }),
      };
    },
    claim(id) {
      const claimed = database
        .prepare('UPDATE plans SET claimed_at = ? WHERE id = ? AND claimed_at IS NULL')
        .run(now(), id);
      return Number(claimed.changes) === 1;
    },
  };
}
