import { setTimeout as wait } from 'node:timers/promises';
import { cancelled } from '../../../../shared/errors.ts';
import { waitUnlessCancelled } from '../../aws/retry.ts';

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
  /** Waits for `ms`, or until somebody listens who has not been let in. Throws CANCELLED when the last listener has left. */
  pause(ms: number): Promise<void>;
  /**
   * Call it before a read, and what it returns after it: that lets in those who listened before the read. So nobody hears what
   * was read before.
   */
  arrivals(): () => void;
}

/** Joins the work with this key, or starts it. Rejects with CANCELLED when the listener leaves, and with what the work throws. */
export type ShareRun<Value, End> = (
  key: string,
  listener: Listener<Value>,
  start: (run: SharedRun<Value>) => Promise<End>,
) => Promise<End>;

interface OngoingRun<Value, End> {
  /** Lets a listener wait for the next read, and returns what counts it out. */
  join(tell: (value: Value) => void): () => void;
  /** Starts the work, where it has not started. */
  end(start: (run: SharedRun<Value>) => Promise<End>): Promise<End>;
}

/** Work with the same key is done once for all who listen at the same time; all hear its values and its end. */
export function createSharedRuns<Value, End>(): ShareRun<Value, End> {
  const ongoing = new Map<string, OngoingRun<Value, End>>();

  function begin(key: string): OngoingRun<Value, End> {
    const abandoned = new AbortController();
    const listening = new Set<Listener<Value>['emit']>();
    const waiting = new Set<Listener<Value>['emit']>();
    let endPause = (): void => undefined;
    let ending: Promise<End> | undefined;

    const shared: SharedRun<Value> = {
      signal: abandoned.signal,
      emit(value) {
        for (const tell of listening) tell(value);
      },
      async pause(ms) {
        if (waiting.size > 0) return;
        const arrived = new AbortController();
        endPause = () => arrived.abort();
        const signal = AbortSignal.any([arrived.signal, abandoned.signal]);
        await waitUnlessCancelled(ms, signal, 'Watching the deployment').catch((error: unknown) => {
          if (!arrived.signal.aborted) throw error;
        });
      },
      arrivals() {
        const arrived = [...waiting];
        return () => {
          for (const tell of arrived) if (waiting.delete(tell)) listening.add(tell);
        };
      },
    };

    function forget(): void {
      if (ongoing.get(key) === run) ongoing.delete(key);
    }

    const run: OngoingRun<Value, End> = {
      join(emit) {
        const tell = (value: Value): void => emit(value);
        waiting.add(tell);
        endPause();
        return () => {
          listening.delete(tell);
          waiting.delete(tell);
          if (listening.size + waiting.size > 0) return;
          forget();
          abandoned.abort();
        };
      },
      end(start) {
        ending ??= start(shared).finally(forget);
        return ending;
      },
    };
    ongoing.set(key, run);
    return run;
  }

  return async (key, { signal, emit }, start) => {
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(cancelled('Watching the deployment'));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    const run = ongoing.get(key) ?? begin(key);
    const countOut = run.join(emit);
    try {
      return await Promise.race([left, run.end(start)]);
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
