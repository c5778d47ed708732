import { setTimeout as wait } from 'node:timers/promises';
import { cancelled } from '../../../../shared/errors.ts';

/** Reads one thing at a time for its callers, and asks AWS for many at once. */
export type SharedRead<Value> = (key: string, signal: AbortSignal) => Promise<Value | undefined>;

interface SharedReadOptions<Value> {
  /** How many AWS takes in one request. */
  readonly most: number;
  /** Values by key; those that are gone are missing. */
  readonly read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
}

/** What asks within this time goes together. */
const GATHER_MS = 25;

/**
 * Callers that ask within a moment of each other share a request. A request is not cancelled with one of its
 * callers: the others wait for it too. An error reaches each of its callers.
 */
export function createSharedRead<Value>({ most, read }: SharedReadOptions<Value>): SharedRead<Value> {
  let gathering: { readonly keys: Set<string>; readonly answer: Promise<ReadonlyMap<string, Value>> }[] = [];

  function requestFor(key: string): Promise<ReadonlyMap<string, Value>> {
    const open =
      gathering.find(({ keys }) => keys.has(key)) ?? gathering.find(({ keys }) => keys.size < most);
    if (open !== undefined) {
      open.keys.add(key);
      return open.answer;
    }
    const keys = new Set([key]);
    const answer = wait(GATHER_MS).then(() => {
      gathering = gathering.filter((each) => each.keys !== keys);
      return read([...keys]);
    });
    gathering.push({ keys, answer });
    return answer;
  }

  return async (key, signal) => {
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(cancelled('Watching the deployment'));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    try {
      return (await Promise.race([left, requestFor(key)])).get(key);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };
}
