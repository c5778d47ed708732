import { Outlet } from '@tanstack/react-router';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import styles from './cluster-layout.module.css';
import { ServiceListPane } from './service-list-pane.tsx';

/** The services of a cluster, and beside them the chosen one. */
export function ClusterLayout({ cluster }: { readonly cluster: ClusterRef }) {
  return (
    <div className={styles.panes}>
      <ServiceListPane key={JSON.stringify(cluster)} cluster={cluster} />
      <div className={styles.detail}>
        <Outlet />
      </div>
    </div>
  );
}
