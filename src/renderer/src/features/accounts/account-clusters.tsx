import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import styles from './accounts-pane.module.css';

/** The clusters of an account and region, each with how many services it has. */
export function AccountClusters({ scope }: { readonly scope: Scope }) {
  const clusters = useEngineQuery('clusters.list', scope, { pollMs: 30_000, staleMs: 15_000 });
  if (clusters.isPending) return <LoadingRows what="clusters" rows={3} height={27} />;
  if (!clusters.data) {
    // The view beside says why, with the way on.
    return (
      <p className={styles.none} title={clusters.error.message}>
        Couldn't load clusters
      </p>
    );
  }
  if (clusters.data.length === 0) return <p className={styles.none}>No clusters here</p>;
  return (
    <ul className={styles.list}>
      {clusters.data.map((cluster) => (
        <li key={cluster.arn}>
          <Link
            to="/a/$account/$region/c/$cluster"
            params={{ ...scope, cluster: cluster.name }}
            className={`${styles.entry} ${styles.cluster}`}
          >
            <span className={styles.name}>{cluster.name}</span>
            <span className={styles.count} title={`${cluster.services} services`}>
              {cluster.services}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
