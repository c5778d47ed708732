import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Account, Scope } from '../../../../shared/model/account.ts';
import type { Guard } from '../../../../shared/model/environment.ts';
import type { ClusterOverview, PlaceOverview, ServiceCounts } from '../../../../shared/model/overview.ts';
import { useClusters } from '../../lib/clusters.ts';
import { useKnownPlaces } from '../../lib/place-overviews.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { accountLink, openingRegion } from '../../lib/remembered-place.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { EnvironmentBadge, EnvironmentDot } from '../../ui/environment-badge.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { StateCounts } from '../../ui/state-counts.tsx';
import styles from './accounts-pane.module.css';
import { ACCOUNT_TEXT } from './accounts-text.ts';
import { RegionField } from './region-field.tsx';
import { StopSandbox } from './sandbox-buttons.tsx';

interface AccountEntryProps {
  readonly account: Account;
  readonly isOpen: boolean;
  /** It is the sandbox that was started in the window. */
  readonly canStop: boolean;
  /** The region that is open, if this is the open account and a region is chosen. */
  readonly region?: string | undefined;
}

/** One account. The open one shows its region and its clusters. */
export function AccountEntry({ account, isOpen, canStop, region }: AccountEntryProps) {
  const target = region ?? openingRegion(account);
  const environment = useEnvironment(account, target);
  const known = useKnownPlaces().filter((place) => place.account === account.id);
  return (
    <li>
      <div className={styles.line}>
        <Link
          {...accountLink(account.id, target)}
          activeOptions={{ exact: true }}
          className={`${styles.entry} ${styles.account}`}
          {...(account.endpoint !== undefined && { title: `Calls go to ${account.endpoint}` })}
        >
          <EnvironmentDot {...environment} />
          <span className={styles.name}>{account.name}</span>
          {environment.name === undefined ? null : (
            <span className={styles.badge}>
              <EnvironmentBadge {...environment} />
            </span>
          )}
        </Link>
        <AccountState
          problem={account.problem}
          place={known.find((place) => place.region === target) ?? known[0]}
          isOpen={region !== undefined}
          name={account.name}
        />
        {canStop ? (
          <span className={styles.state}>
            <StopSandbox account={account.id} />
          </span>
        ) : null}
      </div>
      {isOpen ? (
        <RegionField
          className={styles.region}
          label="Region"
          account={account.id}
          {...(region === undefined ? {} : { region })}
        />
      ) : null}
      {region === undefined ? null : <AccountClusters scope={{ account: account.id, region }} />}
    </li>
  );
}

/** What the rules call the account in a region, and its colour; until they are read, what its name says. */
function useEnvironment(
  { id, environment }: Account,
  region: string | undefined,
): Pick<Guard, 'environment' | 'name' | 'color'> {
  const place = { account: id, ...(region === undefined ? {} : { region }) };
  const guard = useEngineQuery('environments.of', place, { staleMs: 60_000 });
  return guard.data ?? { environment };
}

interface AccountStateProps {
  /** Why its profile cannot work, with the line of the file. */
  readonly problem: string | undefined;
  readonly place: PlaceOverview | undefined;
  readonly isOpen: boolean;
  readonly name: string;
}

/** Whether the account works, as far as it was read: a shape with a word, or what fails in its clusters. */
function AccountState({ problem, place, isOpen, name }: AccountStateProps) {
  if (place === undefined) return problem === undefined ? null : <Failed problem={problem} />;
  if (place.state === 'reading') return null;
  if (place.state === 'failed') {
    return <Failed problem={place.problem} />;
  }
  if (place.state === 'sign-in')
    return problem === undefined ? <SignIn place={place} name={name} /> : <Failed problem={problem} />;
  const counts = place.clusters.flatMap((cluster) => cluster.counts ?? []);
  // The clusters of the open account have their own counts right below.
  if (isOpen || counts.length === 0) return null;
  const sum = (key: keyof ServiceCounts): number => counts.reduce((total, each) => total + each[key], 0);
  return (
    <span className={styles.state}>
      <StateCounts
        counts={{
          failing: sum('failing'),
          degraded: sum('degraded'),
          rolledBack: sum('rolledBack'),
          deploying: sum('deploying'),
          drifted: sum('drifted'),
        }}
      />
    </span>
  );
}

function Failed({ problem }: { readonly problem: string | undefined }) {
  return (
    <span className={`${styles.state} ${styles.failed}`} title={problem}>
      <Mark kind="failed" /> {ACCOUNT_TEXT.failed}
    </span>
  );
}

interface SignInProps {
  readonly place: PlaceOverview;
  readonly name: string;
}

/** Slipway asks nobody before it is told to. The command of the AWS CLI does the same in a terminal. */
function SignIn({ place, name }: SignInProps) {
  const { account, region, problem, command, canSignIn } = place;
  const queries = useQueryClient();
  const signIn = useEngineChange('accounts.signIn');
  const onSuccess = (): void => void queries.invalidateQueries();
  const title = signIn.error?.message ?? problem;
  return (
    <span className={`${styles.state} ${styles.signIn}`} title={title}>
      <Mark kind="warning" /> {command === undefined ? ACCOUNT_TEXT.notRead : ACCOUNT_TEXT.signedOut}
      {canSignIn === true ? (
        <Button
          size="compact-xs"
          aria-label={ACCOUNT_TEXT.signInTo(name)}
          loading={signIn.isPending}
          onClick={() => signIn.mutate({ account, region }, { onSuccess })}
        >
          {ACCOUNT_TEXT.signIn}
        </Button>
      ) : null}
      {command === undefined ? null : <CopyId value={command} what={ACCOUNT_TEXT.signInCommand(command)} />}
    </span>
  );
}

/** The clusters of an account and region, each with how many services it has. */
function AccountClusters({ scope }: { readonly scope: Scope }) {
  const { clusters, isPending, error } = useClusters(scope, { pollMs: 30_000, staleMs: 15_000 });
  const known = useKnownPlaces().find(
    ({ account, region }) => account === scope.account && region === scope.region,
  );
  const countsOf = (name: string) => known?.clusters.find((each) => each.name === name)?.counts;
  if (isPending) return <LoadingRows what="clusters" rows={3} height={27} />;
  if (!clusters) {
    // The view beside says why, with the way on.
    return (
      <p className={styles.none} title={error?.message}>
        Couldn't load clusters
      </p>
    );
  }
  if (clusters.length === 0) return <p className={styles.none}>No clusters here</p>;
  return (
    <ul className={styles.list}>
      {clusters.map((cluster) => (
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
            <ClusterCounts counts={countsOf(cluster.name)} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function ClusterCounts({ counts }: { readonly counts: ClusterOverview['counts'] }) {
  if (counts === undefined) return null;
  return (
    <span className={styles.marks}>
      <StateCounts counts={counts} />
    </span>
  );
}
