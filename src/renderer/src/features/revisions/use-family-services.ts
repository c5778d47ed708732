import type { Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';

/** Services by the family that they run, as far as clusters were read. */
export interface ServicesOfFamilies {
  /** Such as `production/web`. */
  readonly byFamily: ReadonlyMap<string, readonly string[]>;
  /** When each of the clusters was read that this covers. */
  readonly covered: readonly string[];
  /** Clusters that this does not cover. */
  readonly missing: readonly string[];
}

/** What Slipway has read of the services of an account and region, at an earlier start too. Asks nothing of AWS. */
export function useFamilyServices({ account, region }: Scope): ServicesOfFamilies {
  const { data } = useEngineQuery('families.services', { account, region }, { staleMs: 15_000 });
  const { services = [], clusters = [] } = data ?? {};
  const byFamily = Map.groupBy(services, ({ family }) => family);
  return {
    byFamily: new Map(
      [...byFamily].map(([family, members]) => [
        family,
        members.map(({ cluster, service }) => `${cluster}/${service}`).toSorted(),
      ]),
    ),
    covered: clusters.flatMap(({ readAt }) => readAt ?? []),
    missing: clusters.filter(({ readAt }) => readAt === undefined).map(({ cluster }) => cluster),
  };
}
