import {
  MutationCache,
  QueryClient,
  queryOptions,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import type { Client } from '../../../shared/client.ts';
import type { Contract, Input, MethodName, Output, QueryName } from '../../../shared/contract.ts';
import type { SlipwayError } from '../../../shared/errors.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import { toSlipwayError, useEngine } from './engine.ts';
import { isUnreachable } from './outage.ts';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: SlipwayError;
  }
}

export type ChangeName = { [N in MethodName]: Contract[N]['kind'] extends 'change' ? N : never }[MethodName];

export interface EngineQueryOptions {
  readonly enabled?: boolean;
  /** Milliseconds between two reads while the window is visible; it rests while a login is missing. */
  readonly pollMs?: number;
  readonly staleMs?: number;
}

/**
 * The cache of what the engine said. The engine has tried again already where that helps, so a view shows the
 * first error that it gets. The engine is on this machine: whether the network is up does not matter here.
 */
export function createQueryClient(): QueryClient {
  const queries: QueryClient = new QueryClient({
    mutationCache: new MutationCache({ onError: (error) => askForRefusals(queries, error) }),
    defaultOptions: {
      queries: { retry: false, networkMode: 'always', staleTime: 2_000 },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  return queries;
}

/** A change that AWS has refused marks the buttons that would ask for it again. */
export function askForRefusals(queries: QueryClient, { code }: Pick<SlipwayError, 'code'>): void {
  if (code === 'FORBIDDEN' || code === 'REGISTRY_REFUSED')
    void queries.invalidateQueries({ queryKey: ['accounts.refused'] });
}

/** An answer leads to the next question, and the last one to the view that is being waited for. */
const QUIET_MS = 400;

/**
 * Calls once, when nothing has been read for a moment and the window is idle. Waiting for the engine makes a window idle
 * too; what is done then takes the processor from it.
 */
export function whenRead(queries: QueryClient, then: () => void): void {
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const stop = queries.getQueryCache().subscribe(() => {
    clearTimeout(quiet);
    quiet = setTimeout(() => requestIdleCallback(callIfRead), QUIET_MS);
  });
  let isOver = false;

  function callIfRead(): void {
    if (isOver || queries.isFetching() > 0) return;
    isOver = true;
    clearTimeout(quiet);
    stop();
    then();
  }
}

/** The first rows of a list are drawn in that time. */
const DRAWN_MS = 500;

/**
 * Calls once, when the answer to this method, or a first part of it, has been drawn and the window is idle. The rest of a
 * long list may still be read: a person opens a row before it is whole.
 */
export function whenDrawn(queries: QueryClient, method: MethodName, then: () => void): void {
  const stop = queries.getQueryCache().subscribe(({ query }) => {
    if (query.queryKey[0] !== method || query.state.data === undefined) return;
    stop();
    setTimeout(() => requestIdleCallback(then, { timeout: LONGEST_BUSY_MS }), DRAWN_MS);
  });
}

/** While a list is read, a window may never be idle. */
const LONGEST_BUSY_MS = 1000;

/**
 * Polls every `pollMs`, but not on with credentials that AWS has refused. While AWS cannot be reached, the window's notice
 * reads everything again at one time.
 */
export function pollUnlessSignedOut(pollMs: number | undefined) {
  return (query: { readonly state: { readonly error: SlipwayError | null } }): number | false =>
    pollMs === undefined || query.state.error?.code === 'AUTH_REQUIRED' || isUnreachable(query.state.error)
      ? false
      : pollMs;
}

/** The query of a method, keyed by `[method, input]`, for useQuery, prefetching and invalidation. */
export function engineQuery<N extends QueryName>(
  client: Client,
  method: N,
  input: Immutable<Input<N>>,
  options: EngineQueryOptions = {},
) {
  return queryOptions<Immutable<Output<N>>, SlipwayError>({
    queryKey: [method, input],
    queryFn: async ({ signal }) => {
      try {
        return await client.call(method, input, { signal });
      } catch (thrown) {
        throw toSlipwayError(thrown);
      }
    },
    enabled: options.enabled ?? true,
    refetchInterval: pollUnlessSignedOut(options.pollMs),
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
  });
}

/** Reads a query method; cancelled when the view goes. */
export function useEngineQuery<N extends QueryName>(
  method: N,
  input: Immutable<Input<N>>,
  options: EngineQueryOptions = {},
): UseQueryResult<Immutable<Output<N>>, SlipwayError> {
  return useQuery(engineQuery(useEngine(), method, input, options));
}

/** A change method as a mutation: `mutate(input)`; `isPending`, `error` and `data` tell how it goes. */
export function useEngineChange<N extends ChangeName>(
  method: N,
): UseMutationResult<Immutable<Output<N>>, SlipwayError, Immutable<Input<N>>> {
  const client = useEngine();
  return useMutation<Immutable<Output<N>>, SlipwayError, Immutable<Input<N>>>({
    mutationFn: async (input) => {
      try {
        return await client.call(method, input);
      } catch (thrown) {
        throw toSlipwayError(thrown);
      }
    },
  });
}
