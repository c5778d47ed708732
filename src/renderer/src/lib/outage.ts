import { type Query, type QueryCache, useQueryClient } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import type { SlipwayError } from '../../../shared/errors.ts';

/** AWS cannot be reached: what the first of the failed reads says, and whether they are being read again. */
export interface Outage {
  readonly error: SlipwayError;
  readonly isTrying: boolean;
}

/** Whether no answer of AWS came at all. */
export function isUnreachable(error: SlipwayError | null | undefined): error is SlipwayError {
  return error?.detail.unreachable !== undefined;
}

/** Whether an error is one of a read, which the window says once for all of its parts. */
export function isSaidByWindow(error: SlipwayError, cache: QueryCache | undefined): boolean {
  return isUnreachable(error) && (cache?.getAll().some(({ state }) => state.error === error) ?? false);
}

/** Whether the window says that AWS can't be reached. */
export function useIsOffline(): boolean {
  const cache = useQueryClient().getQueryCache();
  const [store] = useState(() => outageStore(cache));
  return useSyncExternalStore(store.subscribe, store.current) !== undefined;
}

interface OutageStore {
  readonly subscribe: (listener: () => void) => () => void;
  readonly current: () => Outage | undefined;
  /** Reads again what failed. */
  readonly tryAgain: () => void;
}

/** What is on the screen and cannot be read, as a store for React. A read that is tried again still counts. */
export function outageStore(cache: QueryCache): OutageStore {
  let outage: Outage | undefined;
  let failed: readonly Query[] = [];

  function current(): Outage | undefined {
    // While a query without data is read again, its error is gone. Whether a query is on the screen takes longest to find out.
    failed = cache
      .getAll()
      .filter(
        (query) =>
          (isUnreachable(query.state.error as SlipwayError | null) ||
            (failed.includes(query) && query.state.fetchStatus === 'fetching')) &&
          query.isActive(),
      );
    const error = failed.map(({ state }) => state.error as SlipwayError | null).find(isUnreachable);
    const said = error ?? outage?.error;
    if (failed.length === 0 || said === undefined) {
      outage = undefined;
      return outage;
    }
    const isTrying = failed.some(({ state }) => state.fetchStatus === 'fetching');
    if (outage?.error.message !== said.message || outage.isTrying !== isTrying)
      outage = { error: said, isTrying };
    return outage;
  }

  return {
    // Of a change in every query of a list of accounts, few concern it.
    subscribe: (listener) =>
      cache.subscribe(({ query }: { readonly query: Query }) => {
        if (failed.includes(query) || isUnreachable(query.state.error as SlipwayError | null)) listener();
      }),
    current,
    tryAgain() {
      for (const query of failed) void query.fetch().catch(() => undefined);
    },
  };
}
