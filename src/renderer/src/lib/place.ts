import { useParams } from '@tanstack/react-router';
import type { Environment, Scope } from '../../../shared/model/account.ts';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
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
 * The environment of the current place, as the engine judges it: of the cluster, or of the account where no cluster
 * is open. Undefined for a cluster that nothing could be read about: the account alone does not say how careful to be.
 */
export function useEnvironment(): Environment | undefined {
  const { scope, cluster, service } = usePlace();
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const clusters = useEngineQuery('clusters.list', scope ?? NO_SCOPE, {
    enabled: scope !== undefined,
    staleMs: 15_000,
  });
  const listed = clusters.data?.find((each) => each.name === cluster?.cluster);
  const detail = useEngineQuery('services.get', service ?? NO_SERVICE, {
    enabled: service !== undefined && !clusters.isPending && listed === undefined,
    staleMs: 15_000,
  });
  if (cluster !== undefined) return listed?.environment ?? detail.data?.environment;
  return accounts.data?.accounts.find((each) => each.id === scope?.account)?.environment;
}

/** What a query that is not asked would ask. */
const NO_SCOPE: Scope = { account: '', region: '' };
const NO_SERVICE: ServiceRef = { ...NO_SCOPE, cluster: '', service: '' };
