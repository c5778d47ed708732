import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { SearchAnswer, SearchPlace } from '../../../../shared/model/search.ts';
import { useEngine } from '../../lib/engine.ts';
import { useRecentServices } from '../../lib/kept-services.ts';
import { engineQuery } from '../../lib/queries.ts';
import { useEngineStream } from '../../lib/streams.ts';

/** Results of each kind that are drawn. */
const OF_EACH_KIND = 12;
/** While names are read, results are asked for again this often at most. */
const REST_MS = 300;

export interface Search {
  /** What the kept names answer; what the text before found while this text is asked about. */
  readonly answer: SearchAnswer | undefined;
  /** When it was answered: milliseconds since 1970. */
  readonly answeredAt: number;
  /** Whether `answer` is about another text. */
  readonly isBehind: boolean;
  readonly places: readonly SearchPlace[];
  readonly error: SlipwayError | null;
}

/** Searches the names of all accounts, and has old ones read in the background while the view is shown. */
export function useSearch(text: string): Search {
  const engine = useEngine();
  const recent = useRecentServices();
  const isAsked = text !== '';
  const query = engineQuery(
    engine,
    'search.find',
    { text, recent, limit: OF_EACH_KIND },
    { enabled: isAsked },
  );
  const found = useQuery({ ...query, placeholderData: keepPreviousData });
  const reading = useNamesReading();
  return {
    answer: isAsked ? found.data : undefined,
    answeredAt: found.dataUpdatedAt,
    isBehind: isAsked && (found.isPending || found.isPlaceholderData),
    places: reading.places,
    error: found.error ?? reading.error,
  };
}

/** The reading in the background. */
function useNamesReading() {
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
  }

  const read = useEffectEvent(async () => {
    const output = await start({});
    if (output !== undefined) findAgain();
  });
  useEffect(() => {
    void read();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      cancel();
    };
  }, [cancel]);
  return { places: [...places.values()], error: current.state === 'failed' ? current.error : null };
}
