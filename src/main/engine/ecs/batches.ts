/** How many requests of one read are in progress at a time. The scheduler sets the pace beyond that. */
const AT_A_TIME = 6;

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
