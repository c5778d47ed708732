import { cancelled } from '../../../shared/errors.ts';
import type { RequestBudget } from '../../../shared/model/account.ts';
import type { Priority } from './aws.ts';
import { BUCKETS, type BucketLimits, type BucketName } from './buckets.ts';

/** Hands out the right to send one request: one scheduler for each account and region. */
export interface RequestScheduler {
  /**
   * Waits for a token. What a person clicked goes before what is visible, and that before the background.
   * The background gets the whole refill while nobody else waits, but never the last quarter of the burst. Rejects
   * with CANCELLED when the signal aborts first.
   */
  acquire(bucket: BucketName, priority: Priority, signal?: AbortSignal): Promise<void>;
  /**
   * AWS throttled a request, so somebody else uses this bucket too. It is emptied, and for a minute the background gets
   * at most half of the refill.
   */
  throttled(bucket: BucketName): void;
  /** Every bucket, as far as Slipway has used it. */
  budget(): readonly RequestBudget[];
}

interface Waiter {
  readonly grant: () => void;
}

interface Queue {
  acquire(priority: Priority, signal?: AbortSignal): Promise<void>;
  throttled(): void;
  budget(bucket: BucketName): RequestBudget;
}

const PRIORITIES: readonly Priority[] = ['clicked', 'visible', 'background'];

/** A scheduler with full buckets, which keeps to the request rates of AWS or to those of `limitsOf`. */
export function createRequestScheduler(
  limitsOf: (bucket: BucketName) => BucketLimits = (bucket) => BUCKETS[bucket],
): RequestScheduler {
  const queues = new Map<BucketName, Queue>();

  function queueOf(bucket: BucketName): Queue {
    const known = queues.get(bucket);
    if (known) return known;
    const queue = createQueue(limitsOf(bucket));
    queues.set(bucket, queue);
    return queue;
  }

  return {
    acquire: (bucket, priority, signal) => queueOf(bucket).acquire(priority, signal),
    throttled: (bucket) => queueOf(bucket).throttled(),
    budget: () => bucketNames().map((bucket) => queueOf(bucket).budget(bucket)),
  };
}

function bucketNames(): readonly BucketName[] {
  return Object.keys(BUCKETS).filter((name): name is BucketName => Object.hasOwn(BUCKETS, name));
}

/** How long the background holds back after AWS has throttled a request. */
const HOLDING_BACK_MS = 60_000;

/** Tokens that the background always leaves: a deploy, or a few of them, never waits for its refill. */
function reserveOf({ burst }: BucketLimits): number {
  return Math.ceil(burst / 4);
}

function createQueue(limits: BucketLimits): Queue {
  const now = (): number => performance.now();
  const tokens = createTokenBucket(limits, now());
  const reserve = reserveOf(limits);
  // While others use the bucket, the background has a bucket of its own inside it: half of the refill, no burst.
  const half = limits.perSecond / 2;
  const share = createTokenBucket({ burst: Math.max(1, half), perSecond: half }, now());
  let holdsBackUntil = Number.NEGATIVE_INFINITY;
  const waiting: Readonly<Record<Priority, Set<Waiter>>> = {
    clicked: new Set(),
    visible: new Set(),
    background: new Set(),
  };
  let timer: NodeJS.Timeout | undefined;

  function msUntilGrant(priority: Priority): number {
    const at = now();
    if (priority !== 'background') return tokens.msUntil(1, at);
    const untilReserve = tokens.msUntil(reserve + 1, at);
    return at < holdsBackUntil ? Math.max(untilReserve, share.msUntil(1, at)) : untilReserve;
  }

  function take(priority: Priority): void {
    tokens.take(now());
    if (priority === 'background') share.take(now());
  }

  function grantWhatCanBe(): void {
    clearTimeout(timer);
    timer = undefined;
    for (let next = firstWaiting(); next !== undefined; next = firstWaiting()) {
      const { priority, waiter } = next;
      const wait = msUntilGrant(priority);
      if (wait > 0) {
        timer = setTimeout(grantWhatCanBe, wait);
        return;
      }
      waiting[priority].delete(waiter);
      take(priority);
      waiter.grant();
    }
  }

  function firstWaiting(): { readonly priority: Priority; readonly waiter: Waiter } | undefined {
    for (const priority of PRIORITIES) {
      const [waiter] = waiting[priority];
      if (waiter !== undefined) return { priority, waiter };
    }
    return undefined;
  }

  return {
    acquire(priority, signal) {
      if (signal?.aborted) return Promise.reject(cancelled('The request'));
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter: Waiter = {
        grant() {
          signal?.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      function giveUp(): void {
        waiting[priority].delete(waiter);
        reject(cancelled('The request'));
        grantWhatCanBe();
      }
      signal?.addEventListener('abort', giveUp, { once: true });
      waiting[priority].add(waiter);
      grantWhatCanBe();
      return promise;
    },
    throttled() {
      tokens.drain(now());
      holdsBackUntil = now() + HOLDING_BACK_MS;
      grantWhatCanBe();
    },
    budget: (bucket) => ({
      bucket,
      available: Math.max(0, Math.floor(tokens.available(now()))),
      burst: limits.burst,
      perSecond: limits.perSecond,
      waiting: PRIORITIES.reduce((sum, priority) => sum + waiting[priority].size, 0),
    }),
  };
}

/** A token bucket that refills over time. Times are milliseconds of a monotonic clock. */
interface TokenBucket {
  /** How many tokens there are at a time. */
  available(now: number): number;
  take(now: number): void;
  /** Empties the bucket: AWS has said that there is nothing left. */
  drain(now: number): void;
  /** How long until there are `tokens`; 0 when there are. */
  msUntil(tokens: number, now: number): number;
}

/** A full bucket. */
function createTokenBucket({ burst, perSecond }: BucketLimits, now: number): TokenBucket {
  let tokens = burst;
  let countedAt = now;

  function count(at: number): number {
    tokens = Math.min(burst, tokens + (Math.max(0, at - countedAt) * perSecond) / 1000);
    countedAt = Math.max(countedAt, at);
    return tokens;
  }

  return {
    available: count,
    take(at) {
      tokens = count(at) - 1;
    },
    drain(at) {
      tokens = Math.min(0, count(at));
    },
    msUntil(wanted, at) {
      const lacking = wanted - count(at);
      // A thousandth of a token is rounding, not a token that is missing.
      return lacking <= 0.001 ? 0 : Math.ceil((lacking * 1000) / perSecond);
    },
  };
}
