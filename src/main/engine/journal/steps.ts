import type { DatabaseSync } from 'node:sqlite';
import { ReleaseStep } from '../../../shared/model/plan.ts';
import type { Entries } from './entries.ts';
import { withoutNulls } from './entry-rows.ts';

/** The calls of a change, each written down before it is sent and after it is answered. `now`: ISO 8601. */
export function createSteps(
  database: DatabaseSync,
  now: () => string,
): Pick<Entries, 'stepSent' | 'stepAnswered' | 'lastStepResolved'> {
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
