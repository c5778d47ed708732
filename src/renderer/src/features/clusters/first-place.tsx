import { Link, Navigate, useRouter } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import { useClusters } from '../../lib/clusters.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { accountToOpen, clusterToOpen, openingRegion } from '../../lib/remembered-place.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { TrySandbox } from '../accounts/sandbox-buttons.tsx';
import { AccountsOverviewPage } from './accounts-overview-page.tsx';

/** Opens what was open last, or the only account; a first start with several accounts shows all of them. */
export function FirstPlace() {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  if (accounts.isPending) return <LoadingRows what="accounts" rows={6} height={50} />;
  if (!accounts.data) return <ErrorPage error={accounts.error} onRetry={() => void accounts.refetch()} />;
  const account = accountToOpen(accounts.data.accounts);
  if (account === undefined && accounts.data.accounts.length > 1)
    return <AccountsOverviewPage isFirstStart />;
  if (account === undefined) {
    return (
      <EmptyState
        title="No AWS accounts"
        action={accounts.data.sandbox === 'offered' ? <FirstSandbox /> : undefined}
      >
        {accounts.data.problem ?? <HowToStart sessions={accounts.data.sessions ?? []} />}
      </EmptyState>
    );
  }
  const region = openingRegion(account);
  if (region === undefined) return <Navigate to="/a/$account" params={{ account: account.id }} replace />;
  return <FirstCluster scope={{ account: account.id, region }} />;
}

/** With a session of IAM Identity Center in the config file, profiles can be created without a terminal. */
function HowToStart({ sessions }: { readonly sessions: readonly string[] }) {
  const [session] = sessions;
  if (session === undefined) return <>Create a profile with `aws configure`.</>;
  return (
    <>
      <Link to="/settings">Sign in to {session} in the settings</Link> to add its roles as profiles.
    </>
  );
}

function FirstSandbox() {
  const router = useRouter();
  return <TrySandbox onStarted={(params) => void router.navigate({ to: '/a/$account/$region', params })} />;
}

function FirstCluster({ scope }: { readonly scope: Scope }) {
  const { clusters, isPending } = useClusters(scope, { staleMs: 15_000 });
  if (isPending) return <LoadingRows what="clusters" rows={6} height={50} />;
  const cluster = clusterToOpen(scope.account, clusters ?? []);
  // The account's own page shows what went wrong, or that there is no cluster.
  if (!cluster) return <Navigate to="/a/$account/$region" params={scope} replace />;
  return (
    <Navigate to="/a/$account/$region/c/$cluster" params={{ ...scope, cluster: cluster.name }} replace />
  );
}
