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

/** The environment of the current place: the cluster's, or else the account's. */
export function useEnvironment(): Environment | undefined {
  const { scope, cluster } = usePlace();
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const clusters = useEngineQuery('clusters.list', scope ?? { account: '', region: '' }, {
    enabled: scope !== undefined,
    staleMs: 15_000,
  });
  const found = clusters.data?.find((each) => each.name === cluster?.cluster);
  return (
    found?.environment ?? accounts.data?.accounts.find((each) => each.id === scope?.account)?.environment
  );
}
