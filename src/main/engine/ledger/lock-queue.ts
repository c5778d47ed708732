import { z } from 'zod';
import { Instant } from '../../../shared/model/account.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type { LockHolder } from '../../../shared/model/lock.ts';
import { type ItemKey, WAITER, waiterKey } from './ledger-keys.ts';
import {
  holderOf,
  type LockItem,
  lockItemOf,
  TURN_MS,
  WAITER_MS,
  type Waiter,
  waitersAt,
} from './lock-item.ts';
import { type LockPlace, nowOf, takeLock } from './locks.ts';

/** Who waits. */
export interface Waiting {
  readonly id: string;
  readonly by?: string | undefined;
  readonly host: string;
  readonly what: string;
}

/** How far somebody who waits has come. */
export interface QueuePlace {
  /** 1 for who comes next. */
  readonly position: number;
  readonly waiting: number;
  readonly holder?: LockHolder;
}

interface QueueOptions {
  /** Waits for the next look; rejects when nobody waits any more. */
  readonly pause: () => Promise<void>;
  readonly onPlace: (place: QueuePlace) => void;
}

/** A place is renewed when less than this share of its time is left. */
const RENEWED_AT = 2 / 3;

/**
 * Waits until the lock is free and everybody who came before is served, and reserves it for this waiter's turn: a lock
 * with its id, for two minutes. A hold doesn't let anybody wait longer: the checks of the plan say it. Rejects with what
 * `pause` rejects with, and leaves the queue then.
 */
export async function waitForTurn(
  place: LockPlace,
  who: Waiting,
  { pause, onPlace }: QueueOptions,
): Promise<{ readonly reservedUntil: Date }> {
  const { table, key } = place;
  if (table.now() === undefined) await table.read([key]);
  const since = new Date(nowOf(table)).toISOString();
  const own = waiterKey(key, since, who.id);
  let until = 0;
  let isServed = false;
  try {
    for (;;) {
      if (until - nowOf(table) < WAITER_MS * RENEWED_AT) {
        until = nowOf(table) + WAITER_MS;
        await renewPlace(place, own, { ...who, since, until });
      }
      const { item, waiters } = await readQueue(place);
      const now = nowOf(table);
      const holder = holderOf(item, now, place.times);
      const position = waiters.findIndex(({ id }) => id === who.id) + 1;
      onPlace({ position, waiting: waiters.length, ...(holder === undefined ? {} : { holder }) });
      if (position === 1 && holder === undefined) {
        const others = waiters.slice(1).map((each) => each.until);
        const taking = await takeLock(place, {
          ...who,
          isFirst: true,
          leaseMs: TURN_MS,
          ...(others.length === 0 ? {} : { queued: Math.max(...others) }),
        });
        if (taking.kind === 'taken') {
          taking.lock.stopRenewing();
          isServed = true;
          return { reservedUntil: taking.lock.lapsesAt() };
        }
      }
      await pause();
    }
  } finally {
    await leave(place, own, isServed ? undefined : until);
  }
}

/** The lock and those who wait, in one request. */
export async function readQueue({ table, key }: Pick<LockPlace, 'table' | 'key'>): Promise<{
  readonly item: LockItem;
  readonly waiters: readonly Waiter[];
}> {
  const items = await table.from(key);
  const lock = items.find((each) => sortKeyOf(each) === key.sk);
  const waiters = items.flatMap((each) => waiterOf(each) ?? []);
  return { item: lockItemOf(lock), waiters: waitersAt(waiters, nowOf(table)) };
}

const WaiterItem = lazyObject(() => ({
  sk: z.string().startsWith(WAITER),
  id: z.string(),
  by: z.string().optional().catch(undefined),
  host: z.string().catch(''),
  since: Instant,
  until: z.number(),
}));

function waiterOf(item: unknown): Waiter | undefined {
  const { data } = WaiterItem.safeParse(item);
  if (data === undefined) return undefined;
  const { id, by, host, since, until } = data;
  return { id, host, since, until, ...(by === undefined ? {} : { by }) };
}

function sortKeyOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null && 'sk' in item ? item.sk : undefined;
}

/** Writes the place, and at the lock that somebody waits, so that nobody takes it without waiting. */
async function renewPlace(
  { table, key }: LockPlace,
  own: ItemKey,
  { id, by, host, since, until }: Waiting & { readonly since: string; readonly until: number },
): Promise<void> {
  await table.put({
    ...own,
    id,
    ...(by === undefined ? {} : { by }),
    host,
    since,
    until,
    // For the table's time to live, which counts in seconds.
    expires: Math.ceil((until + WAITER_MS) / 1000),
  });
  await table.update(key, {
    update: 'SET #queued = :until',
    condition: 'attribute_not_exists(#queued) OR #queued < :until',
    values: { ':until': until },
  });
}

/**
 * Removes the place, and with the last one what lets others wait. `until`: as it was written last; undefined for who was
 * served. What goes wrong here only takes time: the place lapses.
 */
async function leave(place: LockPlace, own: ItemKey, until: number | undefined): Promise<void> {
  const { table, key, logger } = place;
  try {
    await table.remove(own);
    if (until === undefined || (await readQueue(place)).waiters.length > 0) return;
    await table.update(key, {
      update: 'REMOVE #queued',
      condition: '#queued = :until',
      values: { ':until': until },
    });
  } catch (error) {
    logger.warn({ err: error }, 'A place in the queue could not be removed. It lapses.');
  }
}
