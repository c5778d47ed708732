import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type { Clock } from '../ports/ports.ts';
import { rollBack } from '../storage/private-database.ts';
import type { ReadEntries } from './entry-rows.ts';

/** An entry of this machine that its ledger does not have yet, or not as it is now. */
export interface WaitingEntry {
  readonly entry: JournalEntry;
  readonly version: number;
}

/** An entry of another machine. */
interface ReceivedEntry {
  readonly entry: JournalEntry;
  readonly host: string;
  readonly version: number;
}

/** A service, or another subject of changes. */
const UploadedPlace = lazyObject(() => ({
  region: z.string(),
  cluster: z.string().nullable(),
  subject: z.string(),
}));
type UploadedPlace = Readonly<z.infer<typeof UploadedPlace>>;

/** Entries on their way to and from a ledger. */
export interface SharedEntries {
  /** Lets an entry wait for its ledger, unless it does so already. */
  queue(id: string): void;
  /**
   * The oldest first, without the first `skipped`. What is between the beginning of a change and its end waits only once no
   * process works on it.
   */
  waiting(limit: number, skipped: number): readonly WaitingEntry[];
  countWaiting(): number;
  /** The ledger has this version. */
  uploaded(id: string, version: number): void;
  /** The regions of an account with entries of this machine that a ledger has had. */
  regionsUploaded(account: string): readonly string[];
  /** The newest entry of this machine in a region that a ledger has had. */
  newestUploaded(place: { readonly account: string; readonly region: string }): JournalEntry | undefined;
  /** Where entries of this machine are about that a ledger has had. */
  placesUploaded(account: string): readonly UploadedPlace[];
  /** Lets all entries of a place wait again that a ledger has had. Returns how many. */
  queueAgain(account: string, place: UploadedPlace): number;
  /** Keeps entries of other machines; those that are older than what is here, or of this machine, are left out. Returns how many. */
  receive(entries: readonly ReceivedEntry[]): number;
  /** What was last read of a ledger, and when. */
  fact(key: string): { readonly value: string; readonly at: Date } | undefined;
  setFact(key: string, value: string): void;
  /** The clusters that were read of ledgers, those of the longest ago first. */
  places(): readonly { readonly account: string; readonly region: string; readonly cluster: string }[];
}

const WAITING = `shared IS NOT NULL AND origin IS NULL AND (shared = 0 OR (shared < version AND (state <> 'open' OR owner_pid = 0)))`;
const Version = lazyObject(() => ({ id: z.string(), version: z.number().int() }));
const MOST_PLACES = 50;
const Place = lazyObject(() => ({ account: z.string(), region: z.string(), cluster: z.string() }));
const Count = lazyObject(() => ({ count: z.number().int() }));

export function createSharedEntries(database: DatabaseSync, rows: ReadEntries, clock: Clock): SharedEntries {
  function keep({ entry, host, version }: ReceivedEntry): boolean {
    const known = database.prepare('SELECT origin, version FROM entries WHERE id = ?').get(entry.id);
    if (known !== undefined && (known.origin === null || Number(known.version) >= version)) return false;
    const columns = columnsOf(entry, host, version);
    const names = Object.keys(columns);
    database
      .prepare(
        `INSERT INTO entries (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
         ON CONFLICT (id) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
      )
      .run(...Object.values(columns));
    database.prepare('DELETE FROM steps WHERE entry = ?').run(entry.id);
    const step = database.prepare(
      'INSERT INTO steps (entry, operation, state, at, result) VALUES (?, ?, ?, ?, ?)',
    );
    for (const { operation, state, at, result } of entry.steps) {
      step.run(entry.id, operation, state, at, result ?? null);
    }
    return true;
  }

  return {
    queue(id) {
      database.prepare('UPDATE entries SET shared = 0 WHERE id = ? AND shared IS NULL').run(id);
    },
    waiting(limit, skipped) {
      const which = `WHERE ${WAITING} ORDER BY at, rowid LIMIT ${limit} OFFSET ${skipped}`;
      // Before the entries: a change by another process in between makes an entry wait once more, and is never missed.
      const found = database.prepare(`SELECT id, version FROM entries ${which}`).all();
      const versions = new Map(
        found.map((row) => Version.parse(row)).map(({ id, version }) => [id, version]),
      );
      return rows.select(which, []).flatMap((entry) => {
        const version = versions.get(entry.id);
        return version === undefined ? [] : [{ entry, version }];
      });
    },
    countWaiting: () =>
      Count.parse(database.prepare(`SELECT count(*) AS count FROM entries WHERE ${WAITING}`).get()).count,
    uploaded(id, version) {
      database.prepare('UPDATE entries SET shared = max(shared, ?) WHERE id = ?').run(version, id);
    },
    regionsUploaded: (account) =>
      database
        .prepare('SELECT DISTINCT region FROM entries WHERE account = ? AND origin IS NULL AND shared > 0')
        .all(account)
        .map(({ region }) => String(region)),
    newestUploaded: ({ account, region }) =>
      rows.select(
        'WHERE account = ? AND region = ? AND origin IS NULL AND shared > 0 ORDER BY at DESC, rowid DESC LIMIT 1',
        [account, region],
      )[0],
    placesUploaded: (account) =>
      database
        .prepare(
          'SELECT DISTINCT region, cluster, subject FROM entries WHERE account = ? AND origin IS NULL AND shared > 0',
        )
        .all(account)
        .map((row) => UploadedPlace.parse(row)),
    queueAgain(account, { region, cluster, subject }) {
      const queued = database
        .prepare(
          `UPDATE entries SET shared = 0
           WHERE account = ? AND region = ? AND cluster IS ? AND subject = ? AND origin IS NULL AND shared > 0`,
        )
        .run(account, region, cluster, subject);
      return Number(queued.changes);
    },
    receive(entries) {
      if (entries.length === 0) return 0;
      database.exec('BEGIN IMMEDIATE');
      try {
        const kept = entries.filter((each) => keep(each)).length;
        database.exec('COMMIT');
        return kept;
      } catch (error) {
        rollBack(database);
        throw error;
      }
    },
    fact(key) {
      const row = database.prepare('SELECT value, at FROM ledger_facts WHERE key = ?').get(key);
      return row === undefined ? undefined : { value: String(row.value), at: new Date(String(row.at)) };
    },
    places: () =>
      database
        .prepare(`SELECT key FROM ledger_facts WHERE key LIKE 'cursor %' ORDER BY at LIMIT ${MOST_PLACES}`)
        .all()
        .map(({ key }) => Place.parse(JSON.parse(String(key).slice('cursor '.length)))),
    setFact(key, value) {
      database
        .prepare(
          `INSERT INTO ledger_facts (key, value, at) VALUES (?, ?, ?)
           ON CONFLICT (key) DO UPDATE SET value = excluded.value, at = excluded.at`,
        )
        .run(key, value, clock.now().toISOString());
    },
  };
}

function columnsOf(
  entry: JournalEntry,
  host: string,
  version: number,
): Record<string, string | number | null> {
  const { calls, overrides } = entry;
  return {
    id: entry.id,
    at: entry.at,
    account: entry.account,
    region: entry.region,
    cluster: entry.cluster ?? null,
    subject: entry.subject,
    kind: entry.kind,
    title: entry.title,
    why: entry.why ?? null,
    link: entry.link ?? null,
    git_commit: entry.commit ?? null,
    caller_identity: entry.callerIdentity ?? null,
    approved_by: entry.approvedBy ?? null,
    planned_by: entry.plannedBy ?? null,
    base: entry.base ?? null,
    calls: JSON.stringify(calls),
    overrides: overrides === undefined ? null : JSON.stringify(overrides),
    state: entry.state,
    outcome: entry.outcome ?? null,
    task_definition_arn: entry.taskDefinitionArn ?? null,
    deployment_arn: entry.deploymentArn ?? null,
    sentence: entry.sentence ?? null,
    settled_at: entry.settledAt ?? null,
    origin: host,
    version,
  };
}
