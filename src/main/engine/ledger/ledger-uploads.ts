import { setTimeout as wait } from 'node:timers/promises';
import { SlipwayError } from '../../../shared/errors.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { LedgerState } from '../../../shared/model/ledger.ts';
import type { Journal } from '../journal/journal.ts';
import type { WaitingEntry } from '../journal/shared-entries.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { Logger } from '../ports/ports.ts';
import { hostOf, itemOf, MS_PER_DAY } from './entry-item.ts';
import { entryKey, ledgerName } from './ledger-keys.ts';
import { readSchema, requireWriter } from './ledger-schema.ts';
import type { Ledger, Ledgers } from './ledger-table.ts';

export interface LedgerUploadsDependencies {
  readonly ledgers: Ledgers;
  readonly journal: Pick<Journal, 'entries' | 'shared' | 'onEntry'>;
  readonly secrets: KnownSecrets;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

/** Entries of this machine on their way to their ledgers. */
interface LedgerUploads {
  /** Sends what waits; at most this long. Never rejects. */
  share(ms: number): Promise<LedgerState>;
  /** Once for each ledger: lets all entries of this machine wait again where the table was restored to an earlier time. */
  verify(ledger: Ledger): Promise<void>;
}

const UPLOADED_AT_ONCE = 50;

/** Sends each entry of the journal that has a ledger, when it begins and when it ends. */
export function createLedgerUploads(dependencies: LedgerUploadsDependencies): LedgerUploads {
  const { ledgers, journal, secrets, logger } = dependencies;
  const { shared } = journal;
  const host = hostOf(dependencies.environment);
  let sharing: Promise<string | undefined> | undefined;
  const verified = new Set<string>();

  /** The ledger of an entry's place, for work that nobody waits for. */
  function ledgerOfEntry({ account, region, cluster, subject }: JournalEntry): Ledger | undefined {
    return ledgers.ledgerOf({ account, region, cluster, service: subject }, 'background');
  }

  async function upload({ entry, version }: WaitingEntry, ledger: Ledger | undefined): Promise<void> {
    // The rule that named it is gone: nothing of it is shared any more.
    if (ledger === undefined) return shared.uploaded(entry.id, version);
    // Its answer tells AWS's time, which the item is stored with.
    await ledger.ready();
    const schema = requireWriter(await readSchema(shared, ledger), ledger);
    const item = itemOf({ entry, version, host, secrets, schema, storedAt: ledger.ledgerTime() });
    // Once, whatever answer was lost; an entry that a restore has removed is written again.
    await ledger.put(item, {
      expression: 'attribute_not_exists(pk) OR #version < :version',
      names: { '#version': 'version' },
      values: { ':version': version },
    });
    shared.uploaded(entry.id, version);
  }

  /** Sends what waits, and answers the first problem. A ledger that cannot be used holds back no other one. */
  async function uploadAll(): Promise<string | undefined> {
    const unusable = new Set<string>();
    let problem: string | undefined;
    let left = 0;
    for (;;) {
      const waiting = shared.waiting(UPLOADED_AT_ONCE, left);
      if (waiting.length === 0) return problem;
      for (const each of waiting) {
        const ledger = ledgerOfEntry(each.entry);
        const name = ledger === undefined ? '' : ledgerName(ledger);
        if (unusable.has(name)) {
          left += 1;
          continue;
        }
        try {
          await upload(each, ledger);
        } catch (error) {
          logger.warn({ err: error, entry: each.entry.id }, 'An entry was not shared; it waits.');
          problem ??= sentenceOf(error);
          left += 1;
          // What DynamoDB does not take of one entry says nothing about the next.
          if (!(error instanceof SlipwayError) || error.code !== 'INVALID_INPUT') unusable.add(name);
          // A table that was deleted takes its entries with it: all of this machine go into the next one.
          if (ledger !== undefined && error instanceof SlipwayError && error.code === 'NOT_FOUND') {
            sendAgain(ledger);
          }
        }
      }
    }
  }

  /** Lets all entries of this machine wait again that a ledger has had. */
  function sendAgain(ledger: Ledger): void {
    const { account, table } = ledger;
    let again = 0;
    for (const place of shared.placesUploaded(account)) {
      const { region, cluster, subject } = place;
      const own = ledgers.ledgerOf({ account, region, cluster: cluster ?? undefined, service: subject });
      if (own !== undefined && ledgerName(own) === ledgerName(ledger))
        again += shared.queueAgain(account, place);
    }
    if (again > 0)
      logger.warn({ table, again }, 'The ledger lacks entries of this machine. They are sent again.');
  }

  function startSharing(): Promise<string | undefined> {
    sharing ??= uploadAll().finally(() => {
      sharing = undefined;
    });
    return sharing;
  }

  async function share(ms: number): Promise<LedgerState> {
    if (shared.countWaiting() === 0) return { received: 0, waiting: 0 };
    const timer = new AbortController();
    const late = wait(ms, undefined, { signal: timer.signal, ref: false }).catch(() => undefined);
    const problem = await Promise.race([startSharing(), late]);
    timer.abort();
    return { received: 0, waiting: shared.countWaiting(), ...(problem === undefined ? {} : { problem }) };
  }

  /** A table that was restored to an earlier time lacks the newest entry of this machine: all of them go up again. */
  async function verify(ledger: Ledger): Promise<void> {
    const name = ledgerName(ledger);
    if (verified.has(name)) return;
    const { account } = ledger;
    for (const region of shared.regionsUploaded(account)) {
      const newest = shared.newestUploaded({ account, region });
      const own = newest === undefined ? undefined : ledgerOfEntry(newest);
      if (newest === undefined || own === undefined || ledgerName(own) !== name) continue;
      if ((await ledger.get(entryKey(newest))) !== undefined || (await hasExpired(newest, ledger))) continue;
      sendAgain(ledger);
    }
    verified.add(name);
  }

  /** Whether AWS may have removed an entry by time to live. */
  async function hasExpired({ at }: JournalEntry, ledger: Ledger): Promise<boolean> {
    const { keepDays } = await readSchema(shared, ledger);
    return keepDays !== undefined && ledger.ledgerTime().getTime() - Date.parse(at) >= keepDays * MS_PER_DAY;
  }

  journal.onEntry((id) => {
    try {
      const entry = journal.entries.find(id);
      if (entry === undefined || ledgerOfEntry(entry) === undefined) return;
      shared.queue(id);
    } catch (error) {
      // A change never fails because it is not shared.
      logger.warn({ err: error, entry: id }, 'An entry does not wait for its ledger.');
      return;
    }
    // After the transaction that the entry may be part of.
    setImmediate(() => void startSharing().catch(() => undefined));
  });

  return { share, verify };
}

function sentenceOf(error: unknown): string {
  return error instanceof SlipwayError ? error.message : 'The entry was not shared. See the log for details.';
}
