import { SlipwayError } from '../../../shared/errors.ts';
import { Instant } from '../../../shared/model/account.ts';
import type { LedgerState } from '../../../shared/model/ledger.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { entryOf } from './entry-item.ts';
import type { LedgerItem } from './ledger-items.ts';
import { BY_CLUSTER, clusterPartition, ENTRY, servicePartition } from './ledger-keys.ts';
import type { Ledger } from './ledger-table.ts';
import { createLedgerUploads, type LedgerUploadsDependencies } from './ledger-uploads.ts';

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

/** Of a service's history, and of a cluster that was not read before. */
const PAGE = 50;
/** A long absence takes several minutes to catch up with. */
const MOST_PAGES = 5;
/** An index is a moment behind its table, and clocks of writers differ by a second. */
const OVERLAP_MS = 2 * 60_000;

export function createLedgerEntries(dependencies: LedgerUploadsDependencies): LedgerEntries {
  const { ledgers, journal } = dependencies;
  const { shared } = journal;
  const uploads = createLedgerUploads(dependencies);

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
        const stored = momentOf(storedAt, ledger);
        if (stored === undefined) continue;
        last = stored;
        if (newest === undefined || stored > newest) newest = stored;
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

  async function pull(place: EntryPlace, signal: AbortSignal): Promise<LedgerState> {
    const ledger = ledgers.ledgerOf(place, 'visible');
    if (ledger === undefined) return { received: 0, waiting: 0 };
    const { table } = ledger;
    try {
      const { service } = place;
      const [ofService, ofCluster] = await Promise.all([
        service === undefined ? undefined : pullNewest(ledger, { ...place, service }, signal),
        pullCluster(ledger, place, signal),
        uploads.verify(ledger),
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

  return {
    share: (ms) => uploads.share(ms),
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
      const sent = await uploads.share(SHARED_AT_SYNC_MS);
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

/** A time in the future would hide what others store until then. */
function momentOf(storedAt: unknown, ledger: Ledger): string | undefined {
  const now = ledger.ledgerTime().toISOString();
  const { data } = Instant.safeParse(storedAt);
  return data !== undefined && data > now ? now : data;
}

/** Under which it is kept how far back the entries of a service were read. */
function reachedKey({ account, region, cluster, service }: ServiceRef, ledger: Ledger): string {
  return `reached ${JSON.stringify([account, region, cluster, service, ledger.region, ledger.table])}`;
}

/** Under which the newest moment is kept that was read of a cluster. */
function cursorKey({ account, region, cluster }: EntryPlace, ledger: Ledger): string {
  return `cursor ${JSON.stringify({ account, region, cluster, of: `${ledger.region} ${ledger.table}` })}`;
}
