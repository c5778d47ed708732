/** For tests: choices that look random and follow from a seed, so that a failure can be repeated. */
export interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  chance(share: number): boolean;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** One of these, or undefined when there are none. */
  pickFrom<T>(choices: readonly T[]): T | undefined;
  bytes(length: number): Buffer;
}

/** The generator mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pickFrom = <T>(choices: readonly T[]): T | undefined => choices[below(choices.length)];
  return {
    below,
    chance: (share) => next() < share,
    pick: (choices) => pickFrom(choices) ?? choices[0],
    pickFrom,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
