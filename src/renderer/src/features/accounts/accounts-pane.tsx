import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Account, Scope } from '../../../../shared/model/account.ts';
import { usePlace } from '../../lib/place.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { rememberedScope } from '../../lib/remembered-place.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { AccountEntry } from './account-entry.tsx';
import styles from './accounts-pane.module.css';
import { EnvironmentLinks } from './environment-links.tsx';

/** The scope of the address, or the one before it: views of no account leave the pane as it is. */
function useLastScope(accounts: readonly Pick<Account, 'id'>[]): Scope | undefined {
  const { scope } = usePlace();
  const [last, setLast] = useState(scope ?? rememberedScope);
  if (scope !== undefined && (scope.account !== last?.account || scope.region !== last.region))
    setLast(scope);
  return scope ?? (accounts.some(({ id }) => id === last?.account) ? last : undefined);
}

/** The accounts of this machine; under the open one its region and its clusters. */
export function AccountsPane({ className }: { readonly className: string | undefined }) {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const last = useLastScope(accounts.data?.accounts ?? []);
  const { account: asked } = useParams({ strict: false });
  // An account that still needs a region, or is not on this machine, stands alone: nothing below belongs to it.
  const isKnown = accounts.data?.accounts.some(({ id }) => id === last?.account) ?? true;
  const scope = isKnown && (asked === undefined || asked === last?.account) ? last : undefined;
  return (
    <nav aria-label="Accounts and clusters" className={`${className} ${styles.pane}`}>
      <div className={styles.accounts}>
        <h2 className={styles.heading}>Accounts</h2>
        {accounts.isPending ? <LoadingRows what="accounts" rows={3} height={28} /> : null}
        {accounts.error ? (
          <ErrorNotice error={accounts.error} onRetry={() => void accounts.refetch()} />
        ) : null}
        {accounts.data?.problem === undefined ? null : (
          <p className={styles.problem} role="alert" title={accounts.data.problem}>
            {accounts.data.problem}
          </p>
        )}
        <ul className={styles.list}>
          {accounts.data?.accounts.map((account) => (
            <AccountEntry
              key={account.id}
              account={account}
              isOpen={account.id === (asked ?? scope?.account)}
              canStop={account.kind === 'sandbox' && accounts.data.sandbox === 'started'}
              region={scope?.account === account.id ? scope.region : undefined}
            />
          ))}
        </ul>
        {accounts.data?.accounts.length === 0 ? (
          <p className={styles.problem}>
            There is no AWS profile on this machine. Create one with `aws configure`.
          </p>
        ) : null}
      </div>
      <EnvironmentLinks />
      {scope === undefined ? null : (
        <>
          <h2 className={styles.heading}>This account</h2>
          <ul className={styles.list}>
            <li>
              <Link to="/a/$account/$region/families" params={scope} className={styles.entry}>
                Task definitions
              </Link>
            </li>
            <li>
              <Link
                to="/a/$account/$region/diff"
                params={scope}
                search={{ before: '', after: '' }}
                className={styles.entry}
              >
                Compare
              </Link>
            </li>
            <li>
              <Link to="/a/$account/$region/fleet" params={scope} className={styles.entry}>
                Bulk release
              </Link>
            </li>
            <li>
              <Link to="/a/$account/$region/images" params={scope} className={styles.entry}>
                Images
              </Link>
            </li>
            <li>
              <Link to="/a/$account/$region/cleanup" params={scope} className={styles.entry}>
                Clean up
              </Link>
            </li>
          </ul>
        </>
      )}
      <h2 className={styles.heading}>All accounts</h2>
      <ul className={styles.list}>
        <li>
          <Link to="/accounts" className={styles.entry}>
            Overview
          </Link>
        </li>
        <li>
          <Link to="/timeline" className={styles.entry}>
            Timeline
          </Link>
        </li>
        <li>
          <Link to="/journal" className={styles.entry}>
            Journal
          </Link>
        </li>
        <li>
          <Link to="/settings" className={styles.entry}>
            Settings
          </Link>
        </li>
      </ul>
    </nav>
  );
}
