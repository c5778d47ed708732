import type { QueryClient } from '@tanstack/react-query';
import { isObject } from '../../../../shared/is-object.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ServiceList } from '../../lib/service-list.ts';

/** Services by the family that they run, such as `production/web`, of the clusters whose list was read before. Reads nothing. */
export function knownServices(cache: QueryClient, scope: Scope): ReadonlyMap<string, readonly string[]> {
  const services = cache
    .getQueriesData<ServiceList>({ queryKey: ['services.list'] })
    .flatMap(([[, input, ...further], list]) => {
      if (further.length > 0 || !isObject(input) || list === undefined || Array.isArray(list)) return [];
      if (input.account !== scope.account || input.region !== scope.region) return [];
      return [...list.rows.values()].map(({ name, revision }) => ({
        family: revision.slice(0, revision.lastIndexOf(':')),
        label: `${String(input.cluster)}/${name}`,
      }));
    });
  const byFamily = Map.groupBy(services, ({ family }) => family);
  return new Map(
    [...byFamily].map(([family, members]) => [family, members.map(({ label }) => label).toSorted()]),
  );
}
