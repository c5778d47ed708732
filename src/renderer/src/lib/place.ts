import { useParams } from '@tanstack/react-router';
import type { Scope } from '../../../shared/model/account.ts';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { Guard, GuardedPlace } from '../../../shared/model/environment.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { useClusters } from './clusters.ts';
import { useEngineQuery } from './queries.ts';

/** What the window looks at, as its address says. */
export interface Place {
  readonly scope?: Scope;
  readonly cluster?: ClusterRef;
  readonly service?: ServiceRef;
}

/** The place of the current address. */
export function usePlace(): Place {
  const { account, region, cluster, service } = useParams({ strict: false });
  if (account === undefined || region === undefined) return {};
  const scope = { account, region };
  if (cluster === undefined) return { scope };
  if (service === undefined) return { scope, cluster: { ...scope, cluster } };
  return { scope, cluster: { ...scope, cluster }, service: { ...scope, cluster, service } };
}

/**
 * The environment of the current place, and how the engine guards its changes: of the service or cluster, or the strictest
 * of an account and its clusters where none is open. It follows from rules and names, so that it is known without AWS.
 */
export function useGuard(): Guard | undefined {
  const { scope, cluster, service } = usePlace();
  const isAccountPage = scope !== undefined && cluster === undefined;
  const { clusters } = useClusters(scope ?? NO_SCOPE, {
    enabled: isAccountPage,
    staleMs: 15_000,
  });
  const place: GuardedPlace & { readonly region?: string; readonly clusters?: readonly string[] } = {
    account: scope?.account ?? '',
    ...(scope === undefined ? {} : { region: scope.region }),
    ...(cluster === undefined
      ? { clusters: clusters?.map(({ name }) => name) ?? [] }
      : { cluster: cluster.cluster }),
    ...(service === undefined ? {} : { service: service.service }),
  };
  const guard = useEngineQuery('environments.of', place, { enabled: scope !== undefined, staleMs: 60_000 });
  return guard.data;
}

/** What a query that is not asked would ask. */
const NO_SCOPE: Scope = { account: '', region: '' };
