import { Outlet } from '@tanstack/react-router';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { usePlace } from '../../lib/place.ts';
import styles from './cluster-layout.module.css';
import { ServiceListPane } from './service-list-pane.tsx';

/** The overview of a cluster, or the services of the cluster with the chosen one beside them. */
export function ClusterLayout({ cluster }: { readonly cluster: ClusterRef }) {
  if (usePlace().service === undefined) return <Outlet />;
  return (
    <div className={styles.panes}>
      <ServiceListPane key={JSON.stringify(cluster)} cluster={cluster} />
      <div className={styles.detail}>
        <Outlet />
      </div>
    </div>
  );
}
