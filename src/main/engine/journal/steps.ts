import type { DatabaseSync } from 'node:sqlite';
import { ReleaseStep } from '../../../shared/model/plan.ts';
import { withoutNulls } from './entry-rows.ts';

/** The AWS calls of a change. */
export interface Steps {
  /** Writes a step down before it is sent, and returns its number. */
  stepSent(entry: string, operation: string): { readonly number: number; readonly step: ReleaseStep };
  /** Writes down how a step was answered. `result` must hold no secrets. */
  stepAnswered(number: number, state: 'done' | 'failed', result: string | undefined): ReleaseStep;
  /** The same for the last step of an entry that got no answer, once its outcome is known. */
  lastStepResolved(entry: string, state: 'done' | 'failed', result: string): void;
}

/** The calls of a change, each written down before it is sent and after it is answered. `now`: ISO 8601. */
export function createSteps(database: DatabaseSync, now: () => string): Steps {
  return {
    stepSent(entry, operation) {
      const at = now();
      const inserted = database
        .prepare(`INSERT INTO steps (entry, operation, state, at) VALUES (?, ?, 'sent', ?)`)
        .run(entry, operation, at);
      return { number: Number(inserted.lastInsertRowid), step: { operation, state: 'sent', at } };
    },
    stepAnswered(number, state, result) {
      const row = database
        .prepare(
          'UPDATE steps SET state = ?, at = ?, result = ? WHERE id = ? RETURNING operation, state, at, result',
        )
        .get(state, now(), result ?? null, number);
      return ReleaseStep.parse(withoutNulls(row ?? {}));
    },
    lastStepResolved(entry, state, result) {
      database
        .prepare(
          `UPDATE steps SET state = ?, at = ?, result = ?
           WHERE state = 'sent' AND id = (SELECT max(id) FROM steps WHERE entry = ?)`,
        )
        .run(state, now(), result, entry);
    },
  };
}
