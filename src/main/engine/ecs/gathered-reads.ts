/** A read of keys, put together with those of others into few requests. Keys that don't exist are missing. */
export type GatheredRead<Value> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;

interface WaitingRead<Value> {
  readonly keys: readonly string[];
  readonly resolve: (found: ReadonlyMap<string, Value>) => void;
  readonly reject: (error: unknown) => void;
}

interface GatheringOptions<Value> {
  /** The most keys that one request takes. */
  readonly size: number;
  readonly read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
}

/** Requests that are in progress at a time; what is asked meanwhile waits and goes together. */
const AT_A_TIME = 2;

/**
 * Many small reads that share requests: what is asked while requests are in progress goes together, `size` keys at most
 * in each. A failed request fails all reads that were in it.
 */
export function gatherReads<Value>({ size, read }: GatheringOptions<Value>): GatheredRead<Value> {
  const waiting: WaitingRead<Value>[] = [];
  let inProgress = 0;

  function nextReads(): readonly WaitingRead<Value>[] {
    const taken: WaitingRead<Value>[] = [];
    let count = 0;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (taken.length > 0 && count + next.keys.length > size) break;
      waiting.shift();
      taken.push(next);
      count += next.keys.length;
    }
    return taken;
  }

  async function send(reads: readonly WaitingRead<Value>[]): Promise<void> {
    try {
      const found = await read([...new Set(reads.flatMap(({ keys }) => keys))]);
      for (const { resolve } of reads) resolve(found);
    } catch (error) {
      for (const { reject } of reads) reject(error);
    }
  }

  async function work(): Promise<void> {
    inProgress += 1;
    // What is asked in the same turn goes together from the beginning.
    await Promise.resolve();
    for (let reads = nextReads(); reads.length > 0; reads = nextReads()) await send(reads);
    inProgress -= 1;
  }

  return (keys) => {
    if (keys.length === 0) return Promise.resolve(new Map());
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, Value>>();
    waiting.push({ keys, resolve, reject });
    if (inProgress < AT_A_TIME) void work();
    return promise;
  };
}
