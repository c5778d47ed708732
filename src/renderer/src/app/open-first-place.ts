import type { QueryClient } from '@tanstack/react-query';
import type { Client } from '../../../shared/client.ts';
import type { FirstPlace } from '../lib/first-reads.ts';
import { serviceListFolding } from '../lib/service-list.ts';
import { engineFold } from '../lib/streams.ts';
import type { AppRouter } from './routes.tsx';

interface Window {
  readonly client: Client;
  readonly queries: QueryClient;
  readonly router: AppRouter;
}

/** Opens the first place of the window with what was read of it, so that it is drawn once and not read by read. */
export function openFirstPlace(
  { accounts, clusters, cluster }: FirstPlace,
  { client, queries, router }: Window,
): void {
  // Somebody was quicker.
  if (router.state.location.pathname !== '/') return;
  const { account, region } = cluster;
  queries.setQueryData(['accounts.list', {}], accounts);
  queries.setQueryData(['clusters.list', { account, region }], clusters);
  const services = engineFold({ client, cache: queries }, 'services.list', cluster, serviceListFolding, {
    withInput: () => ({ visible: [] }),
  });
  void queries.prefetchQuery(services);
  void router.navigate({ to: '/a/$account/$region/c/$cluster', params: cluster, replace: true });
}
