import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Cluster } from '../../../shared/model/cluster.ts';
import { isUnreachable } from './outage.ts';
import { useKnownPlacesQuery } from './place-overviews.ts';
import { type EngineQueryOptions, useEngineQuery } from './queries.ts';

export interface ClusterList {
  /** Missing until they are read, and where they couldn't be. */
  readonly clusters: readonly Cluster[] | undefined;
  /** When they were read, where that was at an earlier start and AWS can't be reached. */
  readonly keptAt: string | undefined;
  readonly isPending: boolean;
  /** Why they could not be read this time. */
  readonly error: SlipwayError | null;
  readonly retry: () => void;
}

/** The clusters of an account and region; those of the last start while AWS has not been reached since this one. */
export function useClusters(scope: Scope, options: EngineQueryOptions = {}): ClusterList {
  const { account, region } = scope;
  const cache = useQueryClient();
  const query = useEngineQuery('clusters.list', { account, region }, options);
  const places = useKnownPlacesQuery();
  const known = places.data?.find((place) => place.account === account && place.region === region);
  const isOffline = query.data === undefined && isUnreachable(query.error);
  useEffect(() => {
    // The engine knows what it kept as soon as the read has failed.
    if (isOffline) void cache.invalidateQueries({ queryKey: ['overview.known'] });
  }, [isOffline, cache]);
  const isAskedForKept = isOffline && places.error === null && places.dataUpdatedAt < query.errorUpdatedAt;
  const kept = query.data === undefined && known?.keptAt !== undefined ? known : undefined;
  return {
    clusters: query.data ?? kept?.clusters,
    keptAt: kept?.keptAt,
    isPending: kept === undefined && (query.isPending || isAskedForKept),
    error: query.error,
    retry: () => void query.refetch(),
  };
}
