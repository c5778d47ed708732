import {
  type QueryClient,
  queryOptions,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Client } from '../../../shared/client.ts';
import type { Event, Input, Output, StreamName } from '../../../shared/contract.ts';
import type { SlipwayError } from '../../../shared/errors.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import { toSlipwayError, useEngine } from './engine.ts';
import { askForRefusals, type EngineQueryOptions, pollUnlessSignedOut } from './queries.ts';

export type StreamState<N extends StreamName> =
  | { readonly state: 'idle' }
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly output: Immutable<Output<N>> }
  | { readonly state: 'failed'; readonly error: SlipwayError };

export interface EngineStream<N extends StreamName> {
  readonly current: StreamState<N>;
  /** Starts it, ending the one before. Answers the output, or nothing when it failed or was cancelled. */
  readonly start: (input: Immutable<Input<N>>) => Promise<Immutable<Output<N>> | undefined>;
  /** Cancels it in the engine; `current` is idle again. */
  readonly cancel: () => void;
}

/** A stream that the person starts, such as a build or a release. It is cancelled when the view goes. */
export function useEngineStream<N extends StreamName>(
  method: N,
  options: { readonly onEvent?: (event: Immutable<Event<N>>) => void } = {},
): EngineStream<N> {
  const client = useEngine();
  const queries = useQueryClient();
  const [current, setCurrent] = useState<StreamState<N>>({ state: 'idle' });
  const running = useRef<AbortController>(undefined);
  const listener = useRef(options.onEvent);
  useEffect(() => {
    listener.current = options.onEvent;
  });
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(
    async (input: Immutable<Input<N>>) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setCurrent({ state: 'running' });
      try {
        const onEvent = (event: Immutable<Event<N>>): void => {
          if (!controller.signal.aborted) listener.current?.(event);
        };
        const output = await client.call(method, input, { signal: controller.signal, onEvent });
        setCurrent({ state: 'done', output });
        return output;
      } catch (thrown) {
        if (controller.signal.aborted) return undefined;
        const error = toSlipwayError(thrown);
        setCurrent({ state: 'failed', error });
        askForRefusals(queries, error);
        return undefined;
      }
    },
    [client, method, queries],
  );

  const cancel = useCallback(() => {
    running.current?.abort();
    setCurrent({ state: 'idle' });
  }, []);

  return { current, start, cancel };
}

export interface EngineWatch<N extends StreamName> {
  readonly current: StreamState<N>;
  readonly restart: () => void;
}

/** A stream that runs as long as the view shows it, such as a rollout; it restarts when the input changes. */
export function useEngineWatch<N extends StreamName>(
  method: N,
  input: Immutable<Input<N>>,
  options: {
    readonly onEvent: (event: Immutable<Event<N>>) => void;
    readonly onEnd?: (output: Immutable<Output<N>>) => void;
  },
): EngineWatch<N> {
  const { current, start, cancel } = useEngineStream(method, { onEvent: options.onEvent });
  const [attempt, setAttempt] = useState(0);
  const key = JSON.stringify(input);
  const run = useEffectEvent(async () => {
    const output = await start(input);
    if (output !== undefined) options.onEnd?.(output);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the input, the attempt for Try again
  useEffect(() => {
    void run();
    return cancel;
  }, [key, attempt, cancel]);
  return { current, restart: useCallback(() => setAttempt((count) => count + 1), []) };
}

/** After a stream has failed, such as with a lost connection. */
const LISTEN_AGAIN_MS = 2_000;

/** Restarts a failed stream after a moment, if the error is one that may pass. */
export function useRestartOnFailure<N extends StreamName>(
  { current, restart }: EngineWatch<N>,
  mayPass: (error: SlipwayError) => boolean,
): void {
  const shouldRestart = current.state === 'failed' && mayPass(current.error);
  useEffect(() => {
    if (!shouldRestart) return;
    const timer = setTimeout(restart, LISTEN_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [shouldRestart, restart]);
}

/** A stream for as long as the window is open, such as its jobs. One that fails is begun again. */
export function useLastingWatch<N extends StreamName>(
  method: N,
  input: Immutable<Input<N>>,
  onEvent: (event: Immutable<Event<N>>) => void,
): void {
  useRestartOnFailure(useEngineWatch(method, input, { onEvent }), () => true);
}

export interface Folding<N extends StreamName, State> {
  readonly initial: State;
  /** The state after an event. While it is read again, it starts from the state that is on the screen. */
  readonly event: (state: State, event: Immutable<Event<N>>) => State;
  /** The state after the whole answer. */
  readonly output: (state: State, output: Immutable<Output<N>>) => State;
}

interface FoldOptions<N extends StreamName> extends EngineQueryOptions {
  /** What is sent with the input and does not make it another query, as it is when the read starts. */
  readonly withInput?: () => Partial<Immutable<Input<N>>>;
}

/** What another part of the window has read with useEngineFold, as far as it has come. Reads nothing itself. */
export function useFolded<N extends StreamName, State>(
  method: N,
  input: Immutable<Input<N>>,
  { initial }: Folding<N, State>,
): State {
  // Without a function of its own: the query is read by the one that reads the stream.
  return useQuery<State, SlipwayError>({ queryKey: [method, input], enabled: false }).data ?? initial;
}

/** Why another part of the window could not read what it reads with useEngineFold; null when it could. Reads nothing itself. */
export function useFoldedError<N extends StreamName>(
  method: N,
  input: Immutable<Input<N>>,
): SlipwayError | null {
  return useQuery<unknown, SlipwayError>({ queryKey: [method, input], enabled: false }).error;
}

/** A list of 2,000 rows arrives in 200 events, and each drawing of it keeps the page busy for some milliseconds. */
const DRAWN_EVERY_MS = 200;

/** Does something at once when it is asked for, and later requests together at the end of each interval. */
function atIntervals(ms: number, act: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsked = false;
  function actNow(): void {
    isAsked = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (isAsked) actNow();
    }, ms);
    act();
  }
  return {
    ask(): void {
      isAsked = true;
      if (timer === undefined) actNow();
    },
    /** Does now what is still to come. */
    finish(): void {
      if (isAsked) actNow();
    },
    stop: () => clearTimeout(timer),
  };
}

/**
 * A reading stream as a query: what has arrived so far is the data, so that rows show before the answer is
 * whole, and stay on the screen while they are read again.
 */
export function engineFold<N extends StreamName, State>(
  { client, cache }: { readonly client: Client; readonly cache: QueryClient },
  method: N,
  input: Immutable<Input<N>>,
  folding: Folding<N, State>,
  { withInput }: Pick<FoldOptions<N>, 'withInput'> = {},
) {
  const queryKey = [method, input];
  return queryOptions<State, SlipwayError>({
    queryKey,
    queryFn: async ({ signal }) => {
      let state = cache.getQueryData<State>(queryKey) ?? folding.initial;
      const drawing = atIntervals(DRAWN_EVERY_MS, () => {
        if (signal.aborted) return;
        // Its age stays that of the last whole answer: a read that is cancelled half-way leaves data that is stale.
        const updatedAt = cache.getQueryState(queryKey)?.dataUpdatedAt ?? 0;
        cache.setQueryData<State>(queryKey, state, { updatedAt });
      });
      const onEvent = (event: Immutable<Event<N>>): void => {
        if (signal.aborted) return;
        state = folding.event(state, event);
        drawing.ask();
      };
      try {
        const output = await client.call(method, { ...input, ...withInput?.() }, { signal, onEvent });
        return folding.output(state, output);
      } catch (thrown) {
        // What has arrived stays on the screen.
        drawing.finish();
        throw toSlipwayError(thrown);
      } finally {
        drawing.stop();
      }
    },
  });
}

/** Reads a stream as a query. */
export function useEngineFold<N extends StreamName, State>(
  method: N,
  input: Immutable<Input<N>>,
  folding: Folding<N, State>,
  options: FoldOptions<N> = {},
): UseQueryResult<State, SlipwayError> {
  const client = useEngine();
  const cache = useQueryClient();
  return useQuery<State, SlipwayError>({
    ...engineFold({ client, cache }, method, input, folding, options),
    enabled: options.enabled ?? true,
    refetchInterval: pollUnlessSignedOut(options.pollMs),
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
  });
}
