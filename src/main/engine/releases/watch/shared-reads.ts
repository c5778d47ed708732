import { setTimeout as wait } from 'node:timers/promises';
import { cancelled } from '../../../../shared/errors.ts';

/** Reads one thing at a time for its callers, and asks AWS for many at once. */
export type SharedRead<Value> = (key: string, signal: AbortSignal) => Promise<Value | undefined>;

interface SharedReadOptions<Value> {
  /** How many AWS takes in one request. */
  readonly most: number;
  /** Values by key; those that are gone are missing. */
  readonly read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  /** Waits for the right to send one more request; what asks meanwhile goes along. */
  readonly turn?: () => Promise<void>;
}

/** What asks within this time goes together. */
const GATHER_MS = 25;

/**
 * Callers that ask within a moment of each other share a request. A request is not cancelled with one of its
 * callers: the others wait for it too. An error reaches each of its callers.
 */
export function createSharedRead<Value>({
  most,
  read,
  turn = () => Promise.resolve(),
}: SharedReadOptions<Value>): SharedRead<Value> {
  let gathering: { readonly keys: Set<string>; readonly answer: Promise<ReadonlyMap<string, Value>> }[] = [];

  function requestFor(key: string): Promise<ReadonlyMap<string, Value>> {
    const open =
      gathering.find(({ keys }) => keys.has(key)) ?? gathering.find(({ keys }) => keys.size < most);
    if (open !== undefined) {
      open.keys.add(key);
      return open.answer;
    }
    const keys = new Set([key]);
    const answer = send(keys);
    gathering.push({ keys, answer });
    return answer;
  }

  async function send(keys: ReadonlySet<string>): Promise<ReadonlyMap<string, Value>> {
    try {
      await wait(GATHER_MS);
      await turn();
    } finally {
      gathering = gathering.filter((each) => each.keys !== keys);
    }
    return read([...keys]);
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

/** Who listens to work that several share. */
export interface Listener<Value> {
  readonly signal: AbortSignal;
  readonly emit: (value: Value) => void;
}

/** The work's side of it: its signal aborts when the last listener has left. */
export interface SharedRun<Value> extends Listener<Value> {
  /** Resolves when the next listener joins. */
  joined(): Promise<void>;
}

/** Joins the work with this key, or starts it. Rejects with CANCELLED when the listener leaves, and with what the work throws. */
export type ShareRun<Value, End> = (
  key: string,
  listener: Listener<Value>,
  start: (run: SharedRun<Value>) => Promise<End>,
) => Promise<End>;

interface OngoingRun<Value, End> {
  readonly end: Promise<End>;
  /** Counts a listener in, tells it the latest value, and returns what counts it out. */
  join(emit: (value: Value) => void): () => void;
}

/** Work with the same key is done once for all who listen at the same time; each hears all of its values from then on. */
export function createSharedRuns<Value, End>(): ShareRun<Value, End> {
  const ongoing = new Map<string, OngoingRun<Value, End>>();

  function begin(key: string, start: (run: SharedRun<Value>) => Promise<End>): OngoingRun<Value, End> {
    const abandoned = new AbortController();
    const listeners = new Set<(value: Value) => void>();
    let latest: { readonly value: Value } | undefined;
    let nextJoin = Promise.withResolvers<void>();

    function forget(): void {
      if (ongoing.get(key) === run) ongoing.delete(key);
    }

    const end = start({
      signal: abandoned.signal,
      emit(value) {
        latest = { value };
        for (const tell of listeners) tell(value);
      },
      joined: () => nextJoin.promise,
    }).finally(forget);
    // Each listener hears of a failure; one that has left does not.
    end.catch(() => undefined);
    const run: OngoingRun<Value, End> = {
      end,
      join(emit) {
        const tell = (value: Value): void => emit(value);
        listeners.add(tell);
        if (latest !== undefined) tell(latest.value);
        nextJoin.resolve();
        nextJoin = Promise.withResolvers();
        return () => {
          listeners.delete(tell);
          if (listeners.size > 0) return;
          forget();
          abandoned.abort();
        };
      },
    };
    ongoing.set(key, run);
    return run;
  }

  return async (key, { signal, emit }, start) => {
    if (signal.aborted) throw cancelled('Watching the deployment');
    const run = ongoing.get(key) ?? begin(key, start);
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(cancelled('Watching the deployment'));
    signal.addEventListener('abort', leave, { once: true });
    const countOut = run.join(emit);
    try {
      return await Promise.race([left, run.end]);
    } finally {
      signal.removeEventListener('abort', leave);
      countOut();
    }
  };
}

/** A time in milliseconds that only goes forward, and a wait that ends no earlier than asked. */
interface Time {
  now(): number;
  wait(ms: number): Promise<void>;
}

/** Timers count whole milliseconds from a moment before the call, so that one more is needed. */
const WALL_TIME: Time = { now: () => performance.now(), wait: (ms) => wait(ms + 1) };

/** Times of earlier turns; more than any limit. */
const MOST_REMEMBERED = 1000;

/**
 * Lets `most()` requests go within any span of `ms`; the next one waits until the span has capacity for it. The turns
 * are given in the order in which they were asked for.
 */
export function createTurns(most: () => number, ms: number, time: Time = WALL_TIME): () => Promise<void> {
  const given: number[] = [];
  let last = Promise.resolve();

  async function takeTurn(earlier: Promise<void>): Promise<void> {
    await earlier;
    const before = given.at(-most());
    const left = before === undefined ? 0 : before + ms - time.now();
    if (left > 0) await time.wait(left);
    given.push(time.now());
    given.splice(0, given.length - MOST_REMEMBERED);
  }

  return () => {
    last = takeTurn(last);
    return last;
  };
}
