import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Hold, LockStatus } from '../../../shared/model/lock.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { isTemporary } from '../aws/retry.ts';
import type { Logger } from '../ports/ports.ts';
import { endHold, setHold } from './holds.ts';
import { clusterHoldKey, type ItemKey } from './ledger-keys.ts';
import type { Ledgers } from './ledger-table.ts';
import { activeHold, holderOf, LOCK_TIMES, type LockTimes, lockItemOf } from './lock-item.ts';
import { type QueuePlace, readQueue, waitForTurn } from './lock-queue.ts';
import {
  createLockTables,
  type HoldPlace,
  holdKeyOf,
  type LedgerOfPlace,
  type LockTable,
  noLedger,
} from './lock-table.ts';
import { type HeldLock, type LockPlace, lockedLabel, nowOf, takeLock } from './locks.ts';

/** What a release is, for those who find its lock. */
export interface LockedRelease {
  /** The id of its entry in the journal. */
  readonly id: string;
  /** The id of the release that it takes back: that one loses its lock to it. */
  readonly takesBack?: string | undefined;
  readonly by?: string | undefined;
  /** `Deploy web:42 to web`. */
  readonly what: string;
}

export type Locking =
  | { readonly kind: 'taken'; readonly lock: HeldLock }
  | { readonly kind: 'held'; readonly label: string }
  /** No ledger is set for the service. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unavailable'; readonly problem: string; readonly isRequired: boolean };

/** The locks and holds of services in the ledgers of their accounts. */
export interface Locks {
  take(service: ServiceRef, release: LockedRelease): Promise<Locking>;
  /** Never rejects: what could not be read says why. `mostMs`: how old the answer may be. */
  status(place: HoldPlace, mostMs: number): Promise<LockStatus>;
  /** Waits in the queue, and reserves the lock for the next release of this process. */
  wait(
    service: ServiceRef,
    by: string | undefined,
    how: { readonly pause: () => Promise<void>; readonly onPlace: (place: QueuePlace) => void },
  ): Promise<{ readonly reservedUntil: Date }>;
  /** Throws INVALID_INPUT where no ledger is set for a place. */
  requireLedger(place: HoldPlace): void;
  hold(place: HoldPlace, hold: Pick<Hold, 'why' | 'by' | 'until'>): Promise<Hold>;
  unhold(place: HoldPlace): Promise<Hold | undefined>;
}

interface LocksOptions {
  readonly ledgers: Pick<Ledgers, 'ledgerOf'>;
  readonly logger: Logger;
  readonly times?: LockTimes | undefined;
  /** Milliseconds of a monotonic clock: that of this process by default. */
  readonly elapsed?: (() => number) | undefined;
}

const NO_LEDGER: LockStatus = { ledger: 'none', waiting: [] };

export function createLocks({
  ledgers,
  logger,
  times = LOCK_TIMES,
  elapsed = () => performance.now(),
}: LocksOptions): Locks {
  const ledgerOf = createLockTables(ledgers, elapsed);
  /** The turns of this process, by service. */
  const turns = new Map<string, string>();
  const read = new Map<string, { readonly at: number; readonly status: LockStatus }>();

  function lockPlace(service: ServiceRef, { table }: LedgerOfPlace): LockPlace {
    const label = `${service.cluster}/${service.service}`;
    return { table, key: holdKeyOf(service), label, times, elapsed, logger };
  }

  async function readStatus(place: HoldPlace, ledger: LedgerOfPlace): Promise<LockStatus> {
    const { table } = ledger;
    const service = serviceOf(place);
    const keys = [clusterHoldKey(place), ...(service === undefined ? [] : [holdKeyOf(service)])];
    const [cluster, lock] = await table.read(keys);
    await table.ready();
    const now = nowOf(table);
    const item = lockItemOf(lock);
    const found = holderOf(item, now, times);
    // A lock that is reserved for this process refuses nothing here.
    const holder = found?.id === turns.get(nameOf(place)) ? undefined : found;
    const hold = activeHold(item.hold, now);
    const clusterHold = activeHold(lockItemOf(cluster).hold, now);
    const isQueued = service !== undefined && item.queued >= now;
    const { waiters } = isQueued ? await readQueue(lockPlace(service, ledger)) : { waiters: [] };
    return {
      ledger: 'read',
      ...(holder === undefined ? {} : { holder }),
      ...(hold === undefined ? {} : { hold }),
      ...(clusterHold === undefined ? {} : { clusterHold }),
      waiting: waiters.map(({ until: _until, ...waiter }) => waiter),
    };
  }

  function ledgerOfHold(place: HoldPlace): { readonly table: LockTable; readonly key: ItemKey } {
    const ledger = ledgerOf(place);
    if (ledger === undefined) throw noLedger(place);
    return { table: ledger.table, key: holdKeyOf(place) };
  }

  return {
    async take(service, { id, takesBack, by, what }) {
      const ledger = ledgerOf(service);
      if (ledger === undefined) return { kind: 'none' };
      const place = lockPlace(service, ledger);
      const turn = turns.get(nameOf(service));
      read.delete(nameOf(service));
      const taker = { id, turn, takesBack, by, host: hostname(), what, isFirst: false };
      try {
        // A process that slept meets a request that has timed out. The ledger may answer the next one.
        const taking = await takeLock(place, taker).catch((error: unknown) => {
          if (!isTemporary(error)) throw error;
          return takeLock(place, taker);
        });
        if (taking.kind === 'taken') {
          turns.delete(nameOf(service));
          return taking;
        }
        return { kind: 'held', label: lockedLabel(taking.item, taking.now, times) };
      } catch (error) {
        return { kind: 'unavailable', problem: problemOf(error), isRequired: ledger.isRequired };
      }
    },
    async status(place, mostMs) {
      const ledger = ledgerOf(place);
      if (ledger === undefined) return NO_LEDGER;
      const last = read.get(nameOf(place));
      if (last !== undefined && elapsed() - last.at < mostMs) return last.status;
      try {
        const status = await readStatus(place, ledger);
        read.set(nameOf(place), { at: elapsed(), status });
        return status;
      } catch (error) {
        return { ledger: 'unavailable', problem: problemOf(error), waiting: [] };
      }
    },
    async wait(service, by, how) {
      const ledger = ledgerOf(service);
      if (ledger === undefined) throw noLedger(service);
      const who = { id: randomUUID(), by, host: hostname(), what: 'reserved in the queue' };
      const turn = await waitForTurn(lockPlace(service, ledger), who, how);
      turns.set(nameOf(service), who.id);
      read.delete(nameOf(service));
      return turn;
    },
    requireLedger: (place) => void ledgerOfHold(place),
    async hold(place, { why, by, until }) {
      const { cluster, service } = place;
      const label = service === undefined ? `the cluster ${cluster}` : `${cluster}/${service}`;
      const made = await setHold(
        { ...ledgerOfHold(place), label },
        {
          why,
          host: hostname(),
          ...(by === undefined ? {} : { by }),
          ...(until === undefined ? {} : { until }),
        },
      );
      read.clear();
      return made;
    },
    async unhold(place) {
      const ended = await endHold(ledgerOfHold(place));
      read.clear();
      return ended;
    },
  };
}

function nameOf({ account, region, cluster, service }: HoldPlace): string {
  return JSON.stringify([account, region, cluster, service]);
}

function serviceOf({ service, ...cluster }: HoldPlace): ServiceRef | undefined {
  return service === undefined ? undefined : { ...cluster, service };
}

function problemOf(error: unknown): string {
  return error instanceof SlipwayError
    ? error.message
    : 'The ledger failed unexpectedly. See the log for details.';
}
