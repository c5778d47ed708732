import type { UseQueryResult } from '@tanstack/react-query';
import type { SlipwayError } from '../../../shared/errors.ts';
import type { OverviewInput, PlaceOverview } from '../../../shared/model/overview.ts';
import { useEngineQuery } from './queries.ts';
import { type Folding, useEngineFold } from './streams.ts';

type Places = ReadonlyMap<string, PlaceOverview>;

function keyOf({ account, region }: Pick<PlaceOverview, 'account' | 'region'>): string {
  return JSON.stringify([account, region]);
}

const folding: Folding<'overview.read', Places> = {
  initial: new Map(),
  event: (places, place) => new Map(places).set(keyOf(place), place),
  output: (_before, places) => new Map(places.map((place) => [keyOf(place), place])),
};

const POLL_MS = 60_000;

/** The clusters of an account, or of all accounts that need no sign-in, as they are read; again each minute. */
export function usePlaceOverviews(input: OverviewInput): UseQueryResult<Places, SlipwayError> {
  return useEngineFold('overview.read', input, folding, { pollMs: POLL_MS, staleMs: 10_000 });
}

/** The engine answers this from its memory. */
const KNOWN_POLL_MS = 5_000;

/** What has been read of all accounts so far. Asks nothing of AWS. */
export function useKnownPlaces(): readonly PlaceOverview[] {
  return useKnownPlacesQuery().data ?? [];
}

/** The same with its times and its error. */
export function useKnownPlacesQuery() {
  return useEngineQuery('overview.known', {}, { pollMs: KNOWN_POLL_MS });
}
