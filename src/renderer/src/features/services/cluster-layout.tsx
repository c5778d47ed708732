import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { isNotThere } from '../../lib/not-there.ts';
import { type PaneLimits, usePane } from '../../lib/pane.ts';
import { usePlace } from '../../lib/place.ts';
import { serviceListFolding } from '../../lib/service-list.ts';
import { useFolded, useFoldedError } from '../../lib/streams.ts';
import { ErrorPage } from '../../ui/error-notice.tsx';
import { FoldButton } from '../../ui/fold-button.tsx';
import { Page } from '../../ui/page.tsx';
import { PaneSeparator } from '../../ui/pane-separator.tsx';
import styles from './cluster-layout.module.css';
import { NoSuchCluster } from './no-such-place.tsx';
import { ServiceListPane } from './service-list-pane.tsx';

const SERVICES: PaneLimits = { id: 'services', initial: 290, least: 200, most: 560, foldedBelow: 1000 };

/** The overview of a cluster, or the services of the cluster with the chosen one beside them. */
export function ClusterLayout({ cluster }: { readonly cluster: ClusterRef }) {
  const pane = usePane(SERVICES, useLocation().pathname);
  const { service } = usePlace();
  const cache = useQueryClient();
  const error = useFoldedError('services.list', cluster);
  const services = useFolded('services.list', cluster, serviceListFolding);
  if (isNotThere(error) && services.names === undefined) {
    const retry = (): void => void cache.resetQueries({ queryKey: ['services.list', cluster] });
    return (
      <Page title={cluster.cluster}>
        <NoSuchCluster cluster={cluster} onRetry={retry} />
      </Page>
    );
  }
  if (error?.code === 'INVALID_INPUT' && services.names === undefined) {
    // AWS refuses what the address names: every part of the page would say so.
    return (
      <Page title={cluster.cluster}>
        <ErrorPage error={error} />
      </Page>
    );
  }
  if (service === undefined) return <Outlet />;
  return (
    <div
      className={styles.panes}
      data-services={pane.isFolded ? 'folded' : pane.isNarrow ? 'over' : 'beside'}
      style={{ '--services': `${pane.width}px` } as CSSProperties}
    >
      <div className={styles.side}>
        <div className={styles.fold}>
          <FoldButton pane={pane} what="the service list" />
        </div>
        {pane.isFolded ? null : (
          <>
            <ServiceListPane key={JSON.stringify(cluster)} cluster={cluster} />
            <PaneSeparator label="Width of the service list" pane={pane} limits={SERVICES} />
          </>
        )}
      </div>
      <div className={styles.detail}>
        <Outlet />
      </div>
    </div>
  );
}
