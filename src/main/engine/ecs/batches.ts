import { setTimeout as wait } from 'node:timers/promises';

/** How many requests of one read are in progress at a time. The scheduler sets the pace beyond that. */
const AT_A_TIME = 6;

/** The longest time that a long read waits for what a person has opened. */
const LONGEST_WAIT_MS = 1000;

/** Lets a long read, such as a list of thousands, wait while a page that a person has opened is read. */
export interface ReadingOrder {
  /** Reads a page. */
  first<T>(read: () => Promise<T>): Promise<T>;
  /** Settles when no page is read, and after a second in any case. Rejects when the signal aborts. */
  turn(signal: AbortSignal): Promise<void>;
}

export function createReadingOrder(): ReadingOrder {
  let pages = 0;
  const waiting = new Set<() => void>();
  return {
    async first(read) {
      pages += 1;
      try {
        return await read();
      } finally {
        pages -= 1;
        if (pages === 0) for (const go of waiting) go();
      }
    },
    async turn(signal) {
      if (pages === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      const ended = new AbortController();
      try {
        await Promise.race([
          promise,
          wait(LONGEST_WAIT_MS, undefined, { signal: AbortSignal.any([signal, ended.signal]) }),
        ]);
      } finally {
        waiting.delete(resolve);
        ended.abort();
      }
    },
  };
}

/** Splits into lists of at most `size`. */
export function batchesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Does something with each item, a few at a time; answers in the order of the items. The first failure ends it. */
export async function eachOfFew<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  async function work(): Promise<void> {
    for (const [index, item] of queue) results.set(index, await act(item));
  }
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, items.length) }, work));
  return [...results].toSorted(([one], [other]) => one - other).map(([, result]) => result);
}

/** Reads in batches of at most `size`, a few at a time, and puts the answers together. */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  read: (batch: T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  return (await eachOfFew(batchesOf(items, size), read)).flat();
}
