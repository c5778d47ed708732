import type { BucketLimits } from './buckets.ts';

/** Tokens that come back with time. Times are milliseconds of a clock that only goes forward. */
export interface TokenBucket {
  /** How many tokens there are at a time. */
  available(now: number): number;
  take(now: number): void;
  /** Empties the bucket: AWS has said that there is nothing left. */
  drain(now: number): void;
  /** How long until there are `tokens`; 0 when there are. */
  msUntil(tokens: number, now: number): number;
}

/** A full bucket. */
export function createTokenBucket({ burst, perSecond }: BucketLimits, now: number): TokenBucket {
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
