import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { SlipwayError } from '../../../shared/errors.ts';
import type {
  ImageUse,
  SearchAnswer,
  SearchKind,
  SearchPlace,
  UnreadUses,
} from '../../../shared/model/search.ts';
import { useEngine } from './engine.ts';
import { useRecentServices } from './kept-services.ts';
import { engineQuery } from './queries.ts';
import { useEngineStream } from './streams.ts';

/** While names are read, results are asked for again this often at most. */
const REST_MS = 300;

export interface NameSearch {
  /** What the kept names answer; what the text before found while this text is asked about. */
  readonly answer: SearchAnswer | undefined;
  /** When it was answered: milliseconds since 1970. */
  readonly answeredAt: number;
  /** Whether `answer` is about another text. */
  readonly isBehind: boolean;
  readonly places: readonly SearchPlace[];
  readonly error: SlipwayError | null;
}

interface NameSearchOptions {
  /** All kinds by default. */
  readonly kinds?: readonly SearchKind[];
  /** Results of each kind. */
  readonly limit: number;
  /** Nothing is asked for while it is false. Names are read all the same. */
  readonly enabled?: boolean;
  /** Names are read again when this changes, such as after another region was opened. */
  readonly readFor?: string;
}

/** Searches the names of all accounts, and has old ones read in the background while the view is shown. */
export function useNameSearch(
  text: string,
  { kinds, limit, enabled = true, readFor = '' }: NameSearchOptions,
): NameSearch {
  const engine = useEngine();
  const recent = useRecentServices();
  const input = { text, recent, limit, ...(kinds && { kinds }) };
  const query = engineQuery(engine, 'search.find', input, { enabled });
  const found = useQuery({ ...query, placeholderData: keepPreviousData });
  const reading = useNamesReading({ readFor });
  return {
    answer: enabled ? found.data : undefined,
    answeredAt: found.dataUpdatedAt,
    isBehind: enabled && (found.isPending || found.isPlaceholderData),
    places: reading.places,
    error: found.error ?? reading.error,
  };
}

/** The reading in the background. */
function useNamesReading({ readFor, revisions }: { readonly readFor: string; readonly revisions?: true }) {
  const cache = useQueryClient();
  const [places, setPlaces] = useState<ReadonlyMap<string, SearchPlace>>(new Map());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { current, start, cancel } = useEngineStream('search.refresh', {
    onEvent(place) {
      setPlaces((before) => new Map(before).set(`${place.account} ${place.region}`, place));
      timer.current ??= setTimeout(findAgain, REST_MS);
    },
  });

  function findAgain(): void {
    timer.current = undefined;
    void cache.invalidateQueries({ queryKey: ['search.find'] });
    void cache.invalidateQueries({ queryKey: ['images.where'] });
  }

  const read = useEffectEvent(async () => {
    const output = await start(revisions === undefined ? {} : { revisions });
    if (output !== undefined) findAgain();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `readFor` stands for what was opened since
  useEffect(() => {
    void read();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      cancel();
    };
  }, [cancel, readFor]);
  return {
    places: [...places.values()],
    error: current.state === 'failed' ? current.error : null,
    isReading: current.state === 'running',
    isRunningRead: places.size > 0 && [...places.values()].every(({ state }) => state !== 'reading'),
  };
}

export interface RunningUses {
  readonly uses: readonly ImageUse[];
  /** Services are still read: more uses may come. */
  readonly isReading: boolean;
  readonly places: readonly SearchPlace[];
  readonly notRead: readonly UnreadUses[];
  readonly error: SlipwayError | null;
}

/** What runs images of a repository in all accounts; old readings are renewed while the view is shown. */
export function useRunningUses(uri: string | undefined, digests: readonly string[]): RunningUses {
  const engine = useEngine();
  const input = { uri: uri ?? '', digests };
  const query = engineQuery(engine, 'images.where', input, { enabled: uri !== undefined });
  const found = useQuery({ ...query, placeholderData: keepPreviousData });
  const { places, error, isReading, isRunningRead } = useNamesReading({ readFor: '', revisions: true });
  return {
    uses: found.data?.uses ?? [],
    notRead: found.data?.notRead ?? [],
    isReading: (isReading && !isRunningRead) || found.isPending,
    places,
    error: found.error ?? error,
  };
}
