import type { Scope } from '../../../shared/model/account.ts';
import type { KnownFamilyServices } from '../../../shared/model/revision.ts';
import type { KnownPlaces } from './known-places.ts';
import type { LastVisit } from './last-visit.ts';

interface Known {
  readonly places: Pick<KnownPlaces, 'clusters' | 'services'>;
  readonly lastVisit: Pick<LastVisit, 'clusters' | 'rows'>;
}

/**
 * The services of every cluster of an account and region that is known, by family: as this start has read them, or else
 * an earlier one. Sends nothing.
 */
export function knownFamilyServices(scope: Scope, { places, lastVisit }: Known): KnownFamilyServices {
  const { account, region } = scope;
  const listed = places.clusters(scope);
  const clusters = listed.length > 0 ? listed : (lastVisit.clusters(scope)?.clusters ?? []);
  // There is nothing to read in a cluster without services.
  const read = clusters
    .filter(({ services }) => services > 0)
    .map(({ name: cluster }) => {
      const now = places.services(scope, cluster);
      if (now !== undefined) return { cluster, rows: now.rows, readAt: now.readAt.toISOString() };
      const kept = lastVisit.rows({ account, region, cluster });
      return {
        cluster,
        rows: kept.map(({ row }) => row),
        readAt: kept.map(({ readAt }) => readAt).toSorted()[0],
      };
    });
  return {
    services: read.flatMap(({ cluster, rows }) =>
      rows.map(({ name: service, revision }) => ({
        family: revision.slice(0, revision.lastIndexOf(':')),
        cluster,
        service,
      })),
    ),
    clusters: read.map(({ cluster, readAt }) => ({ cluster, ...(readAt === undefined ? {} : { readAt }) })),
  };
}
