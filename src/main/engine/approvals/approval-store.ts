import { randomUUID } from 'node:crypto';
import { ApprovalRequest } from '../../../shared/model/approval.ts';
import { openCacheDatabase } from '../caches/cache-database.ts';
import { cacheKeyOrRandom } from '../caches/cache-key.ts';
import type { Clock, Logger, Paths } from '../ports/ports.ts';
import { openSealedText, sealText } from '../storage/sealed-text.ts';

/** How long a request waits for an answer, and an answer for the program that asked. */
const KEPT_MS = 10 * 60 * 1000;

type NewRequest = Omit<ApprovalRequest, 'id' | 'askedAt' | 'expiresAt'>;
type ApprovalState = 'waiting' | 'approved' | 'refused';

/**
 * Requests for approval in `approvals.sqlite` of the data folder, so that the window of one process answers what another
 * process asks. Sealed (see cache-key.ts), because a plan may hold values of variables.
 */
export interface ApprovalStore {
  /**
   * Adds a request of this process. Returns its id; that of an earlier one when exactly the same is asked and it has not
   * ended, so that an answer that came in between counts.
   */
  continueOrAdd(request: NewRequest): string;
  /** Undefined when it has expired or was removed. */
  stateOf(id: string): ApprovalState | undefined;
  /** False when it does not wait any more. */
  answer(id: string, state: ApprovalState): boolean;
  remove(id: string): void;
  /** Changes whenever `waiting` may have changed. */
  version(): string;
  /** The requests of all processes without an answer, oldest first. */
  waiting(): readonly ApprovalRequest[];
  /** Removes what this process has asked. */
  close(): void;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS approvals (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, state TEXT NOT NULL, expires_at TEXT NOT NULL, sealed TEXT NOT NULL
  ) STRICT`;

export function openApprovalStore(
  place: { readonly paths: Paths; readonly logger: Logger },
  clock: Clock,
): ApprovalStore {
  const database = openCacheDatabase(place, 'approvals', TABLE);
  const key = cacheKeyOrRandom(place);
  const owner = randomUUID();
  /** By plan: what this process asked for it last. */
  const own = new Map<string, { readonly id: string; readonly asked: string }>();
  const now = (): string => clock.now().toISOString();
  const removeExpired = database.prepare('DELETE FROM approvals WHERE expires_at <= ?');
  const insert = database.prepare(
    `INSERT INTO approvals (id, owner, state, expires_at, sealed) VALUES (?, ?, 'waiting', ?, ?)`,
  );
  const selectState = database.prepare('SELECT state FROM approvals WHERE id = ? AND expires_at > ?');
  const update = database.prepare(
    `UPDATE approvals SET state = ? WHERE id = ? AND state = 'waiting' AND expires_at > ?`,
  );
  const remove = database.prepare('DELETE FROM approvals WHERE id = ?');
  const select = database.prepare(
    `SELECT id, sealed FROM approvals WHERE state = 'waiting' AND expires_at > ? ORDER BY expires_at, rowid`,
  );

  function requestOf(sealed: string): readonly ApprovalRequest[] {
    const text = openSealedText(key, sealed);
    const parsed = text === undefined ? undefined : ApprovalRequest.safeParse(JSON.parse(text));
    return parsed?.success === true ? [parsed.data] : [];
  }

  const stateOf: ApprovalStore['stateOf'] = (id) => {
    const state = selectState.get(id, now())?.state;
    return state === 'waiting' || state === 'approved' || state === 'refused' ? state : undefined;
  };

  return {
    continueOrAdd(request) {
      removeExpired.run(now());
      const asked = JSON.stringify(request);
      const before = own.get(request.plan.id);
      if (before !== undefined && before.asked === asked && stateOf(before.id) !== undefined)
        return before.id;
      if (before !== undefined) remove.run(before.id);
      const id = randomUUID();
      const expiresAt = new Date(clock.now().getTime() + KEPT_MS).toISOString();
      const content: ApprovalRequest = { ...request, id, askedAt: now(), expiresAt };
      insert.run(id, owner, expiresAt, sealText(key, JSON.stringify(content)));
      own.set(request.plan.id, { id, asked });
      return id;
    },
    stateOf,
    answer: (id, state) => Number(update.run(state, id, now()).changes) === 1,
    remove: (id) => void remove.run(id),
    version: () =>
      select
        .all(now())
        .map(({ id }) => String(id))
        .join(' '),
    waiting: () => select.all(now()).flatMap(({ sealed }) => requestOf(String(sealed))),
    close() {
      database.prepare('DELETE FROM approvals WHERE owner = ?').run(owner);
      database.close();
    },
  };
}
