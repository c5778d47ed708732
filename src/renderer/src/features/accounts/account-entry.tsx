import { Link } from '@tanstack/react-router';
import type { Account } from '../../../../shared/model/account.ts';
import { rememberedRegion } from '../../lib/remembered-place.ts';
import { EnvironmentDot } from '../../ui/environment-badge.tsx';
import { AccountClusters } from './account-clusters.tsx';
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
