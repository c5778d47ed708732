import { Link } from '@tanstack/react-router';
import type { Account, Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { rememberedRegion } from '../../lib/remembered-place.ts';
import { EnvironmentDot } from '../../ui/environment-badge.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import styles from './accounts-pane.module.css';
import { RegionField } from './region-field.tsx';

interface AccountEntryProps {
  readonly account: Account;
  /** The region that is open, if this is the open account. */
  readonly region?: string;
}

/** One account. The open one shows its region and its clusters. */
export function AccountEntry({ account, region }: AccountEntryProps) {
  const target = region ?? rememberedRegion(account.id) ?? account.region;
  return (
    <li>
      <Link
        to="/a/$account/$region"
        params={{ account: account.id, region: target }}
        activeOptions={{ exact: true }}
        className={`${styles.entry} ${styles.account}`}
        {...(account.endpoint !== undefined && { title: `Calls go to ${account.endpoint}` })}
      >
        <EnvironmentDot environment={account.environment} />
        <span className={styles.name}>{account.name}</span>
      </Link>
      {region === undefined ? null : (
        <>
          <RegionField account={account.id} region={region} />
          <AccountClusters scope={{ account: account.id, region }} />
        </>
      )}
    </li>
  );
}

/** The clusters of an account and region, each with how many services it has. */
function AccountClusters({ scope }: { readonly scope: Scope }) {
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
