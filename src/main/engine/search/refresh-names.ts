import { cancelled, type SlipwayError } from '../../../shared/errors.ts';
import type { SearchPlace } from '../../../shared/model/search.ts';
import type { Aws } from '../aws/aws.ts';
import type { KnownAccount } from '../aws/known-account.ts';
import { eachOfFew } from '../ecs/batches.ts';
import type { NamedScope, NameStore } from './name-store.ts';
import { isWhollyFresh, type NameReading, readNames } from './read-names.ts';

interface RefreshDependencies extends NameReading {
  readonly aws: NameReading['aws'] & Pick<Aws, 'mayAsk'>;
}

/** A reading of an account and region that every window which searches meanwhile shares. */
interface SharedReading {
  readonly done: Promise<SlipwayError | undefined>;
  readonly listeners: Set<(state: 'reading' | 'read') => void>;
  readonly controller: AbortController;
}

/** Reads names that are not fresh, of several accounts and regions at a time. */
export interface NameRefresher {
  /**
   * Reads what is not fresh and tells the state of each place as it changes; a state may be told again when more of it was
   * read. Returns the last states. Stops reading when `signal` aborts, unless another call waits for the same.
   */
  refresh(
    scopes: readonly NamedScope[],
    emit: (place: SearchPlace) => void,
    signal: AbortSignal,
  ): Promise<readonly SearchPlace[]>;
}

/** The account's own region, if it has one, and the others where names have been read. */
export function scopesOf({ account }: KnownAccount, store: NameStore): readonly NamedScope[] {
  const { id, region, endpoint = '' } = account;
  const regions = new Set([
    ...(region === undefined ? [] : [region]),
    ...store.regionsOf({ account: id, endpoint }),
  ]);
  return [...regions].map((each) => ({ account: id, region: each, endpoint }));
}

export function createNameRefresher(dependencies: RefreshDependencies): NameRefresher {
  const { aws, store } = dependencies;
  const readings = new Map<string, SharedReading>();

  function readingOf(scope: NamedScope): SharedReading {
    const key = JSON.stringify(scope);
    const running = readings.get(key);
    if (running !== undefined) return running;
    const listeners: SharedReading['listeners'] = new Set();
    const controller = new AbortController();
    const onRead = (state: 'reading' | 'read'): void => {
      for (const listener of listeners) listener(state);
    };
    const done = readNames(dependencies, scope, onRead, controller.signal).finally(() => {
      if (readings.get(key)?.controller === controller) readings.delete(key);
    });
    const reading = { done, listeners, controller };
    readings.set(key, reading);
    return reading;
  }

  /** Takes part in the reading of a place; the last one who leaves ends it. */
  async function join(
    scope: NamedScope,
    onRead: (state: 'reading' | 'read') => void,
    signal: AbortSignal,
  ): Promise<SlipwayError | undefined> {
    const reading = readingOf(scope);
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(cancelled('The search'));
    signal.addEventListener('abort', leave, { once: true });
    reading.listeners.add(onRead);
    try {
      return await Promise.race([reading.done, left.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      reading.listeners.delete(onRead);
      if (reading.listeners.size === 0) {
        readings.delete(JSON.stringify(scope));
        reading.controller.abort();
      }
    }
  }

  function stateOf(scope: NamedScope, state: SearchPlace['state'], problem?: string): SearchPlace {
    const { account, region } = scope;
    const oldest = oldestOf(store, scope);
    return { account, region, state, ...oldest, ...(problem === undefined ? {} : { problem }) };
  }

  /** Whether a reading is needed that asks nobody. */
  function isReadNow(scope: NamedScope): boolean {
    return !isWhollyFresh(store.partsOf(scope), dependencies.now()) && !aws.mayAsk(scope);
  }

  async function refreshPlace(
    scope: NamedScope,
    emit: (place: SearchPlace) => void,
    signal: AbortSignal,
  ): Promise<SearchPlace> {
    if (isWhollyFresh(store.partsOf(scope), dependencies.now())) return stateOf(scope, 'read');
    if (aws.mayAsk(scope)) return stateOf(scope, 'sign-in', SIGN_IN);
    const failure = await join(scope, (state) => emit(stateOf(scope, state)), signal);
    return failure === undefined ? stateOf(scope, 'read') : stateOf(scope, 'failed', failure.message);
  }

  return {
    refresh(scopes, emit, signal) {
      // Of all, before the first is read: whoever waits for all of them knows whom to wait for.
      for (const scope of scopes.filter(isReadNow)) emit(stateOf(scope, 'reading'));
      return eachOfFew(scopes, async (scope) => {
        signal.throwIfAborted();
        const place = await refreshPlace(scope, emit, signal);
        emit(place);
        return place;
      });
    },
  };
}

const SIGN_IN =
  "Search doesn't sign in by itself, because the profile may ask for a sign-in or a code, or run a program. Open the account to read its names.";

function oldestOf(store: NameStore, scope: NamedScope): { readonly readAt?: string } {
  const times = store.partsOf(scope).map(({ readAt }) => readAt.getTime());
  return times.length === 0 ? {} : { readAt: new Date(Math.min(...times)).toISOString() };
}
