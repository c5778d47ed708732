import { Outlet, useLocation } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { type PaneLimits, usePane } from '../../lib/pane.ts';
import { usePlace } from '../../lib/place.ts';
import { FoldButton } from '../../ui/fold-button.tsx';
import { PaneSeparator } from '../../ui/pane-separator.tsx';
import styles from './cluster-layout.module.css';
import { ServiceListPane } from './service-list-pane.tsx';

const SERVICES: PaneLimits = { id: 'services', initial: 290, least: 200, most: 560, foldedBelow: 1000 };

/** The overview of a cluster, or the services of the cluster with the chosen one beside them. */
export function ClusterLayout({ cluster }: { readonly cluster: ClusterRef }) {
  const pane = usePane(SERVICES, useLocation().pathname);
  if (usePlace().service === undefined) return <Outlet />;
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
