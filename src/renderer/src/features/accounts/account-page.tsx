import { Navigate } from '@tanstack/react-router';
import { useEngineQuery } from '../../lib/queries.ts';
import { openingRegion } from '../../lib/remembered-place.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { MissingAccount } from './missing-account.tsx';
import { RegionField } from './region-field.tsx';

/** Opens an account in its region, or asks for one: nothing is asked of AWS in a region that nobody named. */
export function AccountPage({ account: id }: { readonly account: string }) {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  if (accounts.isPending) return <LoadingRows what="accounts" rows={6} height={50} />;
  if (!accounts.data) return <ErrorPage error={accounts.error} onRetry={() => void accounts.refetch()} />;
  const account = accounts.data.accounts.find((each) => each.id === id);
  if (account === undefined) return <MissingAccount account={id} />;
  const region = openingRegion(account);
  if (region !== undefined)
    return <Navigate to="/a/$account/$region" params={{ account: id, region }} replace />;
  return (
    <EmptyState
      title={`Choose a region for ${account.name}`}
      action={<RegionField account={id} label="Region to open" />}
    >
      {account.name} has no valid region. Choose one here, or set `region` in the AWS config file.
    </EmptyState>
  );
}
