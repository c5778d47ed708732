import type { Scope } from '../../../shared/model/account.ts';
import type { Clock, Logger, Paths } from '../ports/ports.ts';
import { openSealedText, sealText } from '../storage/sealed-text.ts';
import { keepUnlessFull, openCacheDatabase } from './cache-database.ts';
import { cacheKeyOrRandom } from './cache-key.ts';

/** An account and region at the endpoint that its answers are from. */
export interface KeptScope extends Scope {
  /** Empty for AWS. What another endpoint answered under the same account counts for nothing. */
  readonly endpoint: string;
}

interface KeptAnswer {
  readonly readAt: Date;
  /** As it was kept, maybe by another version of Slipway: parse it. */
  readonly answer: unknown;
}

/**
 * The last answers of AWS by account and region, for a start without a network. Sealed (see cache-key.ts), because the
 * tags of a service are anybody's. Bounded in number, size and age.
 */
export interface KeptAnswers {
  /** `name` tells the answers of a scope apart, such as `services main`. */
  read(scope: KeptScope, name: string): KeptAnswer | undefined;
  /** Keeps an answer in place of the one before. One that is read every few seconds is written now and then. */
  keep(scope: KeptScope, name: string, answer: unknown): void;
  close(): void;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS answers (
    account TEXT NOT NULL, region TEXT NOT NULL, endpoint TEXT NOT NULL, name TEXT NOT NULL,
    read_at INTEGER NOT NULL, sealed TEXT NOT NULL,
    PRIMARY KEY (account, region, endpoint, name)
  ) STRICT`;

/** About 20 MB of services with a hundred events each. */
const MOST_KEPT = 500;
/** About 2,000 services of a cluster. Larger answers are left out. */
const LONGEST_TEXT = 2_000_000;
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
const WRITTEN_EVERY_MS = 30_000;

/** Opens the answers in `last-visit.sqlite` of the data folder. */
export function openKeptAnswers(
  place: { readonly paths: Paths; readonly logger: Logger },
  clock: Clock,
): KeptAnswers {
  const database = openCacheDatabase(place, 'last-visit', TABLE);
  database.prepare('DELETE FROM answers WHERE read_at < ?').run(clock.now().getTime() - KEPT_DAYS * DAY_MS);
  const key = cacheKeyOrRandom(place);
  const writtenAt = new Map<string, number>();
  const select = database.prepare(
    'SELECT read_at, sealed FROM answers WHERE account = ? AND region = ? AND endpoint = ? AND name = ?',
  );
  const insert = database.prepare(
    'INSERT OR REPLACE INTO answers (account, region, endpoint, name, read_at, sealed) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const removeOldest = database.prepare(
    `DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers ORDER BY read_at DESC LIMIT -1 OFFSET ${MOST_KEPT})`,
  );

  return {
    read({ account, region, endpoint }, name) {
      const row = select.get(account, region, endpoint, name);
      const text = row === undefined ? undefined : openSealedText(key, String(row.sealed));
      if (row === undefined || text === undefined) return undefined;
      return { readAt: new Date(Number(row.read_at)), answer: JSON.parse(text) };
    },
    keep({ account, region, endpoint }, name, answer) {
      const id = JSON.stringify([account, region, endpoint, name]);
      const readAt = clock.now().getTime();
      const before = writtenAt.get(id);
      if (before !== undefined && Math.abs(readAt - before) < WRITTEN_EVERY_MS) return;
      const text = JSON.stringify(answer);
      if (text.length > LONGEST_TEXT) return;
      keepUnlessFull(() => {
        insert.run(account, region, endpoint, name, readAt, sealText(key, text));
        removeOldest.run();
      });
      writtenAt.set(id, readAt);
    },
    close: () => database.close(),
  };
}
