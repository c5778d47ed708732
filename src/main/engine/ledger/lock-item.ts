import { z } from 'zod';
import { Instant } from '../../../shared/model/account.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { Hold, type LockHolder, type LockWaiter } from '../../../shared/model/lock.ts';
import { utcText } from '../../../shared/moment-text.ts';

/** How long a lock is held without a renewal, and how long others wait beyond that. */
export interface LockTimes {
  readonly leaseMs: number;
  /** For what AWS has accepted at the last moment and carries out a little later, and for clocks of AWS that differ. */
  readonly graceMs: number;
}

export const LOCK_TIMES: LockTimes = { leaseMs: 60_000, graceMs: 5_000 };

/** How long a turn of the queue is reserved: a person reads the plan again before it is executed. */
export const TURN_MS = 2 * 60_000;
/** How long a place in the queue is kept without a renewal. */
export const WAITER_MS = 30_000;

/**
 * The lock and the hold of a service as they are in the ledger. The item is never deleted, so that the token only counts
 * up. Times are AWS's, in milliseconds.
 */
const LockItem = lazyObject(() => ({
  token: z.number().catch(0),
  /** The id of the release that has it, or of the turn that it is reserved for. */
  holder: z.string().optional().catch(undefined),
  until: z.number().catch(0),
  since: Instant.catch(''),
  by: z.string().optional().catch(undefined),
  host: z.string().catch(''),
  what: z.string().catch(''),
  /** Somebody waits, who comes first: until when this counts. */
  queued: z.number().catch(0),
  hold: Hold.optional().catch(undefined),
}));
export type LockItem = Immutable<z.infer<typeof LockItem>>;

/** An item as it was read, or of nobody. What cannot be understood of it counts as missing. */
export function lockItemOf(attributes: unknown): LockItem {
  const parsed = LockItem.safeParse(attributes ?? {});
  return parsed.success ? parsed.data : LockItem.parse({});
}

/** Who has the lock now, if anybody. A lock counts until its lease and the time after it have passed. */
export function holderOf(item: LockItem, now: number, { graceMs }: LockTimes): LockHolder | undefined {
  const { holder, until, since, by, host, what } = item;
  if (holder === undefined || until + graceMs < now) return undefined;
  return {
    id: holder,
    ...(by === undefined ? {} : { by }),
    host,
    what,
    since,
    until: new Date(Math.min(until, LAST_MOMENT)).toISOString(),
  };
}

/** The end of the year 9999: a time that is written to the table by hand may be none. */
const LAST_MOMENT = 253_402_300_799_999;

/** A hold that has ended by itself is none. */
export function activeHold(hold: Hold | undefined, now: number): Hold | undefined {
  return hold?.until !== undefined && Date.parse(hold.until) <= now ? undefined : hold;
}

/** `Deploy web:42 to web by ana on ci-7, since 2026-11-30 08:00 UTC`: for a sentence. */
export function holderLabel({ by, host, what, since }: Omit<LockHolder, 'id' | 'until'>): string {
  const whose = by === undefined ? what : `${what} by ${by}`;
  return `${whose}${host === '' ? '' : ` on ${host}`}${since === '' ? '' : `, since ${utcText(since)}`}`;
}

/** `on hold by ana until 2026-11-30 08:00 UTC: incident 4711`. */
export function holdLabel({ by, until, why }: Hold): string {
  return `on hold${by === undefined ? '' : ` by ${by}`}${until === undefined ? '' : ` until ${utcText(until)}`}: ${why}`;
}

/** An update of one item, with plain values: names that DynamoDB reserves are written with `#`. */
export interface ItemUpdate {
  readonly update: string;
  readonly condition: string;
  readonly values: Readonly<Record<string, string | number | Hold>>;
}

/** Who takes a lock, and from when on. */
export interface Taker {
  /** The id of the release. */
  readonly id: string;
  /** The turn that it was given in the queue. */
  readonly turn?: string | undefined;
  /** The id of the release that it takes back, whose lock it takes over. */
  readonly takesBack?: string | undefined;
  readonly by?: string | undefined;
  readonly host: string;
  readonly what: string;
  /** AWS's time, never later than it is. */
  readonly now: number;
  readonly leaseMs: number;
  /** Whether it comes from the queue, so that those who wait don't count. */
  readonly isFirst: boolean;
  /** What the queue leaves behind: until when somebody else waits. */
  readonly queued?: number | undefined;
}

/**
 * Takes the lock where it is free, has lapsed, or is the taker's own: after a lost answer the same request succeeds
 * again. Each time the token counts up.
 */
export function takeUpdate(taker: Taker, { graceMs }: LockTimes): ItemUpdate {
  const { id, turn, takesBack, by, host, what, now, leaseMs, isFirst, queued } = taker;
  const holders = [
    ':id',
    ...(turn === undefined ? [] : [':turn']),
    ...(takesBack === undefined ? [] : [':takesBack']),
  ];
  const own = `#holder IN (${holders.join(', ')})`;
  const isFree = `(attribute_not_exists(#holder) OR ${own} OR #until < :lapsed)`;
  const inLine = isFirst ? '' : ` AND (attribute_not_exists(#queued) OR #queued < :now OR ${own})`;
  const removed = [
    ...(by === undefined ? ['#by'] : []),
    ...(isFirst && queued === undefined ? ['#queued'] : []),
  ];
  return {
    update: [
      'SET #holder = :id, #until = :until, #since = :since, #host = :host, #what = :what',
      by === undefined ? '' : ', #by = :by',
      queued === undefined ? '' : ', #queued = :queued',
      removed.length === 0 ? '' : ` REMOVE ${removed.join(', ')}`,
      ' ADD #token :one',
    ].join(''),
    condition: `${isFree}${inLine}`,
    values: {
      ':id': id,
      ...(turn === undefined ? {} : { ':turn': turn }),
      ...(takesBack === undefined ? {} : { ':takesBack': takesBack }),
      ':until': now + leaseMs,
      ':since': new Date(now).toISOString(),
      ':host': host,
      ':what': what,
      ...(by === undefined ? {} : { ':by': by }),
      ...(queued === undefined ? {} : { ':queued': queued }),
      ':lapsed': now - graceMs,
      ...(isFirst ? {} : { ':now': now }),
      ':one': 1,
    },
  };
}

/** A lock that is held, by which it is renewed and given back. */
export interface LockToken {
  readonly id: string;
  readonly token: number;
}

const IS_OWN = '#holder = :id AND #token = :token';

export function renewUpdate({ id, token }: LockToken, until: number): ItemUpdate {
  return {
    update: 'SET #until = :until',
    condition: IS_OWN,
    values: { ':id': id, ':token': token, ':until': until },
  };
}

/** Keeps the token and the hold. */
export function giveBackUpdate({ id, token }: LockToken): ItemUpdate {
  return {
    update: 'REMOVE #holder, #until, #since, #by, #host, #what',
    condition: IS_OWN,
    values: { ':id': id, ':token': token },
  };
}

/** A place in the queue, with the time until which it counts. */
export type Waiter = LockWaiter & { readonly until: number };

/** Those who wait, first come first; whoever has not renewed its place is passed over. */
export function waitersAt(waiters: readonly Waiter[], now: number): readonly Waiter[] {
  return waiters
    .filter(({ until }) => until >= now)
    .toSorted((one, other) => one.since.localeCompare(other.since) || one.id.localeCompare(other.id));
}
