import { cancelled, type SlipwayError } from '../../../shared/errors.ts';
import type { SearchPlace } from '../../../shared/model/search.ts';
import type { Aws } from '../aws/aws.ts';
import type { KnownAccount } from '../aws/known-account.ts';
import { eachOfFew } from '../ecs/batches.ts';
import type { NamedScope, NameStore } from './name-store.ts';
import {
  areRevisionsFresh,
  isWhollyFresh,
  meetsEveryRead,
  type NameReading,
  readNames,
  readRevisionNames,
} from './read-names.ts';

interface RefreshDependencies extends NameReading {
  readonly aws: NameReading['aws'] & Pick<Aws, 'mayAsk'>;
}

/** A reading of an account and region that every window which searches meanwhile shares. */
interface SharedReading {
  readonly done: Promise<SlipwayError | undefined>;
  readonly listeners: Set<() => void>;
  readonly controller: AbortController;
}

/** Reads names that are not fresh, of several accounts and regions at a time. */
export interface NameRefresher {
  /**
   * Reads what is not fresh and tells the state of each place as it changes; a state may be told again when more of it was
   * read. Revisions are read last, if they are wanted: there may be thousands, and all that runs is known before them. Returns the
   * last states. Stops reading when `signal` aborts, unless another call waits for the same.
   */
  refresh(
    wanted: { readonly scopes: readonly NamedScope[]; readonly revisions: boolean },
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

const READERS = { names: readNames, revisions: readRevisionNames } as const;

export function createNameRefresher(dependencies: RefreshDependencies): NameRefresher {
  const { aws, store } = dependencies;
  const readings = new Map<string, SharedReading>();

  function readingOf(key: string, what: keyof typeof READERS, scope: NamedScope): SharedReading {
    const running = readings.get(key);
    if (running !== undefined) return running;
    const listeners: SharedReading['listeners'] = new Set();
    const controller = new AbortController();
    const onRead = (): void => {
      for (const listener of listeners) listener();
    };
    const done = READERS[what](dependencies, scope, onRead, controller.signal).finally(() => {
      if (readings.get(key)?.controller === controller) readings.delete(key);
    });
    const reading = { done, listeners, controller };
    readings.set(key, reading);
    return reading;
  }

  /** Takes part in the reading of a place; the last one who leaves ends it. */
  async function join(
    what: keyof typeof READERS,
    scope: NamedScope,
    onRead: () => void,
    signal: AbortSignal,
  ): Promise<SlipwayError | undefined> {
    const key = JSON.stringify([what, scope]);
    const reading = readingOf(key, what, scope);
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
        readings.delete(key);
        reading.controller.abort();
      }
    }
  }

  function stateOf(scope: NamedScope, state: SearchPlace['state'], problem?: string): SearchPlace {
    const { account, region } = scope;
    const oldest = oldestOf(store, scope);
    return { account, region, state, ...oldest, ...(problem === undefined ? {} : { problem }) };
  }

  function endOf(scope: NamedScope, failure: SlipwayError | undefined): SearchPlace {
    return failure === undefined ? stateOf(scope, 'read') : stateOf(scope, 'failed', failure.message);
  }

  const areNamesFresh = (scope: NamedScope): boolean =>
    isWhollyFresh(store.partsOf(scope), dependencies.now());

  function isFresh(scope: NamedScope, revisions: boolean): boolean {
    return (
      areNamesFresh(scope) && (!revisions || areRevisionsFresh(store.partsOf(scope), dependencies.now()))
    );
  }

  async function refreshPlace(
    { scope, revisions }: { readonly scope: NamedScope; readonly revisions: boolean },
    emit: (place: SearchPlace) => void,
    signal: AbortSignal,
  ): Promise<SearchPlace> {
    if (isFresh(scope, revisions)) return stateOf(scope, 'read');
    if (aws.mayAsk(scope)) return stateOf(scope, 'sign-in', SIGN_IN);
    const tell = (state: 'reading' | 'read') => () => emit(stateOf(scope, state));
    const failure = areNamesFresh(scope) ? undefined : await join('names', scope, tell('reading'), signal);
    const isEnough = !revisions || areRevisionsFresh(store.partsOf(scope), dependencies.now());
    // What fails for the clusters, such as the credentials, fails for everything.
    const hasClusters = store.partsOf(scope).some(({ part }) => part.kind === 'clusters');
    const isVain = failure !== undefined && (!hasClusters || meetsEveryRead(failure));
    if (isEnough || isVain) return endOf(scope, failure);
    if (failure === undefined) tell('read')();
    const ofRevisions = await join(
      'revisions',
      scope,
      tell(failure === undefined ? 'read' : 'reading'),
      signal,
    );
    return endOf(scope, failure ?? ofRevisions);
  }

  return {
    refresh({ scopes, revisions }, emit, signal) {
      // Of all, before the first is read: whoever waits for all of them knows whom to wait for.
      for (const scope of scopes)
        if (!isFresh(scope, revisions) && !aws.mayAsk(scope)) emit(stateOf(scope, 'reading'));
      return eachOfFew(scopes, async (scope) => {
        signal.throwIfAborted();
        const place = await refreshPlace({ scope, revisions }, emit, signal);
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
