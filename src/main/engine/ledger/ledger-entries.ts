import { setTimeout as wait } from 'node:timers/promises';
import { SlipwayError } from '../../../shared/errors.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { LedgerState } from '../../../shared/model/ledger.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Journal } from '../journal/journal.ts';
import type { WaitingEntry } from '../journal/shared-entries.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { Logger } from '../ports/ports.ts';
import { entryOf, hostOf, itemOf, MS_PER_DAY } from './entry-item.ts';
import { BY_CLUSTER, clusterPartition, ENTRY, entryKey, servicePartition } from './ledger-keys.ts';
import { readSchema, requireWriter } from './ledger-schema.ts';
import type { Ledger, LedgerItem, Ledgers } from './ledger-table.ts';

interface EntryPlace {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  readonly service?: string | undefined;
}

/** The journal and the ledgers: entries of this machine go up, those of others come down. */
export interface LedgerEntries {
  /** Sends what waits; at most this long. Never rejects. */
  share(ms: number): Promise<LedgerState>;
  /** Fetches what others have stored for a place, one request for its service and one for its cluster, and sends what waits. */
  sync(place: EntryPlace | undefined, signal: AbortSignal): Promise<LedgerState>;
  /**
   * Fetches the entries of a service before those that were fetched: one page in one request. Where all of it is here already,
   * it reads on to the next page, a few at most.
   */
  older(service: ServiceRef, signal: AbortSignal): Promise<LedgerState>;
}

interface LedgerEntriesDependencies {
  readonly ledgers: Ledgers;
  readonly journal: Pick<Journal, 'entries' | 'shared' | 'onEntry'>;
  readonly secrets: KnownSecrets;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

const UPLOADED_AT_ONCE = 50;
/** Of a service's history, and of a cluster that was not read before. */
const PAGE = 50;
/** A long absence takes several minutes to catch up with. */
const MOST_PAGES = 5;
/** An index is a moment behind its table, and clocks of writers differ by a second. */
const OVERLAP_MS = 2 * 60_000;

export function createLedgerEntries(dependencies: LedgerEntriesDependencies): LedgerEntries {
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
        const name = ledger === undefined ? '' : nameOf(ledger);
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
      if (own !== undefined && nameOf(own) === nameOf(ledger)) again += shared.queueAgain(account, place);
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

  function receive(ledger: Ledger, items: readonly LedgerItem[]): number {
    return shared.receive(items.flatMap((item) => entryOf(item, ledger) ?? []));
  }

  /** A page of the entries of a service, newest first: the newest ones, or those before a sort key. */
  async function pullService(
    ledger: Ledger,
    { place, before, signal }: ServicePage,
  ): Promise<{ readonly received: number; readonly read: number; readonly reached: string | undefined }> {
    const pk = servicePartition(place);
    const { items, next } = await ledger.query(
      {
        where: {
          expression: 'pk = :pk AND begins_with(sk, :entry)',
          values: { ':pk': pk, ':entry': ENTRY },
        },
        newestFirst: true,
        limit: PAGE,
        ...(before === undefined ? {} : { from: { pk, sk: before } }),
      },
      { signal },
    );
    const received = receive(ledger, items);
    return { received, read: items.length, reached: typeof next?.sk === 'string' ? next.sk : undefined };
  }

  /** The newest entries of a service. Their end is kept once: what is newer than it arrives with its cluster. */
  async function pullNewest(ledger: Ledger, place: ServiceRef, signal: AbortSignal) {
    const key = reachedKey(place, ledger);
    const { received, reached } = await pullService(ledger, { place, before: undefined, signal });
    const known = shared.fact(key)?.value;
    if (known === undefined) shared.setFact(key, reached ?? ALL);
    return { received, older: (known ?? reached ?? ALL) !== ALL };
  }

  async function pullOlder(ledger: Ledger, place: ServiceRef, signal: AbortSignal) {
    const key = reachedKey(place, ledger);
    let known = 0;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const before = shared.fact(key)?.value;
      if (before === ALL) break;
      const { received, read, reached } = await pullService(ledger, { place, before, signal });
      shared.setFact(key, reached ?? ALL);
      if (received > 0) return { received, older: reached !== undefined };
      known += read;
    }
    return { received: 0, known, older: shared.fact(key)?.value !== ALL };
  }

  /** What was stored for a cluster since the last time. */
  async function pullCluster(ledger: Ledger, place: EntryPlace, signal: AbortSignal): Promise<number> {
    const cursor = cursorKey(place, ledger);
    const since = shared.fact(cursor)?.value;
    const gpk = clusterPartition(place);
    const where =
      since === undefined
        ? { expression: 'gpk = :gpk', values: { ':gpk': gpk } }
        : {
            expression: 'gpk = :gpk AND gsk > :since',
            values: { ':gpk': gpk, ':since': new Date(Date.parse(since) - OVERLAP_MS).toISOString() },
          };
    let received = 0;
    let from: LedgerItem | undefined;
    let newest = since;
    let last: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { items, next } = await ledger.query(
        {
          index: BY_CLUSTER,
          where,
          limit: PAGE,
          from,
          ...(since === undefined ? { newestFirst: true } : {}),
        },
        { signal },
      );
      received += receive(ledger, items);
      for (const { storedAt } of items) {
        if (typeof storedAt !== 'string') continue;
        last = storedAt;
        if (newest === undefined || storedAt > newest) newest = storedAt;
      }
      from = since === undefined ? undefined : next;
      if (from === undefined) break;
    }
    // More are left: the next sync continues after the last one that was read, without the overlap, which may hold more than all pages.
    if (from !== undefined && last !== undefined) {
      newest = new Date(Date.parse(last) + OVERLAP_MS).toISOString();
    }
    if (newest !== undefined) shared.setFact(cursor, newest);
    return received;
  }

  /** A table that was restored to an earlier time lacks the newest entry of this machine: all of them go up again. */
  async function verify(ledger: Ledger): Promise<void> {
    const name = nameOf(ledger);
    if (verified.has(name)) return;
    const { account } = ledger;
    for (const region of shared.regionsUploaded(account)) {
      const newest = shared.newestUploaded({ account, region });
      const own = newest === undefined ? undefined : ledgerOfEntry(newest);
      if (newest === undefined || own === undefined || nameOf(own) !== name) continue;
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

  async function pull(place: EntryPlace, signal: AbortSignal): Promise<LedgerState> {
    const ledger = ledgers.ledgerOf(place, 'visible');
    if (ledger === undefined) return { received: 0, waiting: 0 };
    const { table } = ledger;
    try {
      const { service } = place;
      const [ofService, ofCluster] = await Promise.all([
        service === undefined ? undefined : pullNewest(ledger, { ...place, service }, signal),
        pullCluster(ledger, place, signal),
        verify(ledger),
      ]);
      return {
        table,
        received: (ofService?.received ?? 0) + ofCluster,
        waiting: 0,
        ...(ofService?.older === true ? { older: true } : {}),
      };
    } catch (error) {
      return unusable(ledger, error);
    }
  }

  function unusable({ table }: Ledger, error: unknown): LedgerState {
    if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
    return { table, received: 0, waiting: shared.countWaiting(), problem: error.message };
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

  return {
    share,
    async older(service, signal) {
      const ledger = ledgers.ledgerOf(service, 'clicked');
      if (ledger === undefined) return { received: 0, waiting: 0 };
      try {
        const page = await pullOlder(ledger, service, signal);
        return { table: ledger.table, waiting: shared.countWaiting(), ...page };
      } catch (error) {
        return unusable(ledger, error);
      }
    },
    async sync(place, signal) {
      const places = place === undefined ? shared.places() : [place];
      const states: LedgerState[] = [];
      for (const each of places) states.push(await pull(each, signal));
      const sent = await share(SHARED_AT_SYNC_MS);
      const problem = states.find((state) => state.problem !== undefined)?.problem ?? sent.problem;
      return {
        ...(place === undefined ? {} : states[0]),
        received: states.reduce((sum, { received }) => sum + received, 0),
        waiting: sent.waiting,
        ...(problem === undefined ? {} : { problem }),
      };
    },
  };
}

const SHARED_AT_SYNC_MS = 10_000;

interface ServicePage {
  readonly place: ServiceRef;
  /** The sort key of the last entry of the page before. */
  readonly before: string | undefined;
  readonly signal: AbortSignal;
}

/** In place of a sort key: nothing older is left in the ledger. */
const ALL = 'all';

/** Under which it is kept how far back the entries of a service were read. */
function reachedKey({ account, region, cluster, service }: ServiceRef, ledger: Ledger): string {
  return `reached ${JSON.stringify([account, region, cluster, service, ledger.region, ledger.table])}`;
}

/** Tells ledgers apart. */
function nameOf({ account, region, table }: Ledger): string {
  return `${account} ${region} ${table}`;
}

/** Under which the newest moment is kept that was read of a cluster. */
function cursorKey({ account, region, cluster }: EntryPlace, ledger: Ledger): string {
  return `cursor ${JSON.stringify({ account, region, cluster, of: `${ledger.region} ${ledger.table}` })}`;
}

function sentenceOf(error: unknown): string {
  return error instanceof SlipwayError ? error.message : 'The entry was not shared. See the log for details.';
}
