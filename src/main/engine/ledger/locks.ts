import { setInterval } from 'node:timers';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Hold } from '../../../shared/model/lock.ts';
import type { SendLimit } from '../aws/lapsing-signatures.ts';
import type { Logger } from '../ports/ports.ts';
import type { ItemKey } from './ledger-keys.ts';
import {
  activeHold,
  giveBackUpdate,
  holderLabel,
  holderOf,
  type LockItem,
  type LockTimes,
  lockItemOf,
  renewUpdate,
  type Taker,
  takeUpdate,
} from './lock-item.ts';
import type { LockTable } from './lock-table.ts';

/** Where a lock is, and the clock of its lease. */
export interface LockPlace {
  readonly table: LockTable;
  readonly key: ItemKey;
  /** `production/web`, for sentences. */
  readonly label: string;
  readonly times: LockTimes;
  /** Milliseconds of a monotonic clock. */
  readonly elapsed: () => number;
  readonly logger: Logger;
}

/** A lock that is held. As a limit of calls, it lets nothing be sent that changes something once it has lapsed. */
export interface HeldLock extends SendLimit {
  readonly token: number;
  /** The hold of the service when the lock was taken. */
  readonly hold: Hold | undefined;
  /**
   * Lets giveBack leave the lock to lapse: for a call without an answer, which may still arrive and whose signature lapses with
   * it, and for later calls of the same release, which take it again.
   */
  readonly leave: () => void;
  /**
   * Asks the ledger whether it still has the lock, for a call long after the first: whoever takes the release back takes the
   * lock over before its lease ends. Where the ledger does not answer, the lease decides. Rejects as requireOpen does.
   */
  readonly confirm: () => Promise<void>;
  /** Aborted once a renewal finds that the lock is lost, for whoever waits with the lock; `lapsed` says who has it now. */
  readonly loss: AbortSignal;
  /** Leaves the lock to the turn that it is reserved for. */
  readonly stopRenewing: () => void;
  /** Ends the renewals and gives the lock back. What goes wrong then changes nothing: it lapses. */
  readonly giveBack: () => Promise<void>;
}

export type Taking =
  | { readonly kind: 'taken'; readonly lock: HeldLock }
  /** By somebody else, or kept for those who wait. */
  | { readonly kind: 'held'; readonly item: LockItem; readonly now: number };

/** Takes a lock by one conditional request. Rejects with what the ledger's requests reject with. */
export async function takeLock(
  place: LockPlace,
  taker: Omit<Taker, 'now' | 'leaseMs'> & { readonly leaseMs?: number },
): Promise<Taking> {
  const { table, key, times, elapsed } = place;
  // Without an answer AWS's time is unknown, and the clock of this machine may be an hour off.
  if (table.now() === undefined) await table.read([key]);
  const leaseMs = taker.leaseMs ?? times.leaseMs;
  const begunAt = elapsed();
  const now = nowOf(table);
  const { isWritten, item: attributes } = await table.update(
    key,
    takeUpdate({ ...taker, now, leaseMs }, times),
  );
  const item = lockItemOf(attributes);
  if (!isWritten) return { kind: 'held', item, now: nowOf(table) };
  return { kind: 'taken', lock: hold(place, item, { id: taker.id, begunAt, leaseMs, until: now + leaseMs }) };
}

/** AWS's time in milliseconds; 0 before the first answer of the ledger. */
export function nowOf(table: LockTable): number {
  return table.now() ?? 0;
}

/** The sentence about who is in the way. */
export function lockedLabel(item: LockItem, now: number, times: LockTimes): string {
  const holder = holderOf(item, now, times);
  if (holder !== undefined) return holderLabel(holder);
  return item.queued >= now
    ? 'somebody who waited for it comes first'
    : 'another release had it a moment ago';
}

interface Lease {
  readonly id: string;
  readonly leaseMs: number;
  /** When the request for it was sent, by the monotonic clock. */
  readonly begunAt: number;
  /** AWS's time. */
  readonly until: number;
}

function hold(place: LockPlace, item: LockItem, taken: Lease): HeldLock {
  const { table, key, label, times, elapsed, logger } = place;
  const own = { id: taken.id, token: item.token };
  let lease = taken;
  let lost: SlipwayError | undefined;
  let isLeftToLapse = false;
  const loss = new AbortController();

  async function renew(): Promise<void> {
    const begunAt = elapsed();
    const until = nowOf(table) + taken.leaseMs;
    const { isWritten, item: now } = await table.update(key, renewUpdate(own, until));
    if (isWritten) lease = { ...lease, begunAt, until };
    else lose(lockItemOf(now));
  }

  function lose(now: LockItem): SlipwayError {
    lost = lostTo(now);
    loss.abort();
    return lost;
  }

  function lostTo(now: LockItem): SlipwayError {
    const holder = now.holder === own.id ? undefined : holderOf(now, nowOf(table), times);
    const how =
      holder === undefined ? ': it was not renewed in time' : ` to another release: ${holderLabel(holder)}`;
    return new SlipwayError(
      'STALE_PLAN',
      `The lock of ${label} was lost${how}. Nothing more was sent. Check the service, then refresh.`,
      { detail: { lock: 'lost' } },
    );
  }

  /** Who has it now is told where the ledger answers. */
  async function lapsed(): Promise<SlipwayError> {
    if (lost !== undefined) return lost;
    const [now] = await table.read([key]).catch(() => []);
    return lose(lockItemOf(now));
  }

  const isOver = (): boolean => elapsed() - lease.begunAt >= taken.leaseMs;
  const timer = setInterval(() => {
    if (lost !== undefined) return;
    renew().catch((error: unknown) => logger.warn({ err: error }, 'A lock could not be renewed.'));
  }, taken.leaseMs / 3).unref();

  return {
    token: item.token,
    hold: activeHold(item.hold, nowOf(table)),
    lapsesAt: () => new Date(lease.until),
    lapsed,
    loss: loss.signal,
    async requireOpen() {
      // After a pause the lock is still this release's, if nobody has taken it meanwhile.
      if (lost === undefined && isOver()) await renew().catch(() => undefined);
      if (lost !== undefined || isOver()) throw await lapsed();
    },
    async confirm() {
      await renew().catch((error: unknown) => logger.warn({ err: error }, 'A lock could not be renewed.'));
      if (lost !== undefined || isOver()) throw await lapsed();
    },
    leave() {
      isLeftToLapse = true;
    },
    stopRenewing: () => clearInterval(timer),
    async giveBack() {
      clearInterval(timer);
      if (lost !== undefined || isLeftToLapse) return;
      await table
        .update(key, giveBackUpdate(own))
        .catch((error: unknown) => logger.warn({ err: error }, 'A lock could not be given back. It lapses.'));
    },
  };
}
