import { Button } from '@mantine/core';
import { Link, useRouter } from '@tanstack/react-router';
import type { Account, Scope } from '../../../../shared/model/account.ts';
import type { ClusterOverview, PlaceOverview } from '../../../../shared/model/overview.ts';
import { useIsOffline } from '../../lib/outage.ts';
import { usePlaceOverviews } from '../../lib/place-overviews.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { accountLink, openingRegion } from '../../lib/remembered-place.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateCounts } from '../../ui/state-counts.tsx';
import { UI_TEXT } from '../../ui/ui-text.ts';
import { SANDBOX_TEXT } from '../accounts/accounts-text.ts';
import { TrySandbox } from '../accounts/sandbox-buttons.tsx';
import { ClusterHold } from '../locks/cluster-hold.tsx';
import styles from './accounts-overview-page.module.css';
import { AttentionRows } from './attention-rows.tsx';
import { CLUSTER_TEXT } from './cluster-text.ts';

/** Every account with its clusters, and what fails in them. At a first start it is where one of them is chosen. */
export function AccountsOverviewPage({ isFirstStart = false }: { readonly isFirstStart?: boolean }) {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const overviews = usePlaceOverviews({});
  const places = [...(overviews.data?.values() ?? [])];
  const title = isFirstStart ? CLUSTER_TEXT.choose : CLUSTER_TEXT.allAccounts;
  if (!accounts.data) {
    return (
      <Page title={title}>
        {accounts.error ? (
          <ErrorPage error={accounts.error} onRetry={() => void accounts.refetch()} />
        ) : (
          <LoadingRows what="accounts" rows={6} height={50} />
        )}
      </Page>
    );
  }
  const all = accounts.data.accounts;
  return (
    <Page
      title={title}
      about={<About places={places} accounts={all.filter(({ region }) => region !== undefined).length} />}
    >
      {isFirstStart ? <p className={styles.help}>{CLUSTER_TEXT.chooseHelp}</p> : null}
      {failingFirst(all, places).map(({ account, place }) => (
        <AccountCard
          key={account.id}
          account={account}
          place={place}
          onRetry={() => void overviews.refetch()}
        />
      ))}
      {accounts.data.sandbox === 'offered' ? <SandboxCard /> : null}
    </Page>
  );
}

/** Accounts with what is known of them: first those where services fail, the others in their order. */
function failingFirst(accounts: readonly Account[], places: readonly PlaceOverview[]) {
  const shown = accounts.map((account) => ({
    account,
    place: places.find((place) => place.account === account.id),
  }));
  const isFailing = ({ place }: (typeof shown)[number]): boolean =>
    place !== undefined && failingOf([place]) > 0;
  return [...shown.filter(isFailing), ...shown.filter((each) => !isFailing(each))];
}

function failingOf(places: readonly PlaceOverview[]): number {
  return places
    .flatMap(({ clusters }) => clusters)
    .reduce((sum, { counts }) => sum + (counts?.failing ?? 0), 0);
}

/** The sandbox while it is stopped, as the last of the accounts. */
function SandboxCard() {
  const router = useRouter();
  const open = (params: Scope): void => void router.navigate({ to: '/a/$account/$region', params });
  return (
    <Card title={SANDBOX_TEXT.name} aside={SANDBOX_TEXT.notStarted}>
      <CardBody>
        <p className={styles.sandbox}>{SANDBOX_TEXT.about}</p>
        <TrySandbox onStarted={open} />
      </CardBody>
    </Card>
  );
}

interface AboutProps {
  readonly places: readonly PlaceOverview[];
  readonly accounts: number;
}

/** How far the reading is, and how many services fail as far as they were read. */
function About({ places, accounts }: AboutProps) {
  const read = places.filter(({ state }) => state === 'read').length;
  const unread = places.filter(({ state }) => state === 'failed' || state === 'sign-in').length;
  const failing = failingOf(places);
  return (
    <p className={styles.about} role="status">
      {CLUSTER_TEXT.read(read, accounts)}
      {unread > 0 ? ` · ${CLUSTER_TEXT.unread(unread)}` : ''}
      {failing > 0 ? ` · ${CLUSTER_TEXT.failing(failing)}` : ''}
    </p>
  );
}

const MARKS: Readonly<Record<PlaceOverview['state'] | 'unknown', MarkKind>> = {
  reading: 'progress',
  read: 'ok',
  failed: 'failed',
  'sign-in': 'warning',
  unknown: 'idle',
};

interface AccountCardProps {
  readonly account: Account;
  readonly place: PlaceOverview | undefined;
  readonly onRetry: () => void;
}

function AccountCard({ account, place, onRetry }: AccountCardProps) {
  // Without a region nothing is read, and a profile that cannot work has failed already.
  const state = place?.state ?? (account.problem === undefined ? 'unknown' : 'failed');
  const region = place?.region ?? openingRegion(account);
  const link = accountLink(account.id, region);
  const isOffline = useIsOffline();
  const isSaidByWindow = isOffline && place?.isUnreachable === true;
  return (
    <Card
      title={
        <span className={styles.title}>
          <Mark kind={MARKS[state]} />
          <Link {...link} className={styles.account} title={account.name}>
            {account.name}
          </Link>
          <EnvironmentBadge environment={account.environment} />
        </span>
      }
      aside={
        <>
          <span className={styles.kind}>
            {CLUSTER_TEXT.kinds[account.kind]} · {region ?? CLUSTER_TEXT.noRegion} ·{' '}
            {CLUSTER_TEXT.states[state]}
          </span>
          {place?.state === 'failed' ? (
            <Button size="compact-xs" onClick={onRetry}>
              Try again
            </Button>
          ) : null}
        </>
      }
    >
      {place?.problem === undefined ? null : (
        <CardBody>
          {isSaidByWindow ? UI_TEXT.noConnection : place.problem}{' '}
          {place.keptAt === undefined ? null : (
            <>
              {UI_TEXT.lastRead} <RelativeTime at={place.keptAt} />.{' '}
            </>
          )}
          {place.command === undefined ? null : (
            <>
              <CopyId value={place.command} what={CLUSTER_TEXT.signInCommand(place.command)} />{' '}
            </>
          )}
          <Link {...link}>{CLUSTER_TEXT.open(account.name)}</Link>
        </CardBody>
      )}
      {region === undefined ? (
        <CardBody>
          {account.problem === undefined ? '' : `${account.problem} `}
          <Link {...link}>{CLUSTER_TEXT.chooseRegion(account.name)}</Link>
        </CardBody>
      ) : null}
      {place?.state === 'read' && place.clusters.length === 0 ? (
        <CardBody>{CLUSTER_TEXT.noClusters(place.region)}</CardBody>
      ) : null}
      {place?.clusters.map((cluster) => (
        <ClusterRow key={cluster.arn} place={place} cluster={cluster} />
      ))}
    </Card>
  );
}

interface ClusterRowProps {
  readonly place: PlaceOverview;
  readonly cluster: ClusterOverview;
}

function ClusterRow({ place: { account, region, state }, cluster }: ClusterRowProps) {
  const scope = { account, region };
  return (
    <div className={styles.cluster}>
      <div className={styles.line}>
        <Link
          to="/a/$account/$region/c/$cluster"
          params={{ ...scope, cluster: cluster.name }}
          className={styles.name}
          title={cluster.name}
        >
          {cluster.name}
        </Link>
        {cluster.counts === undefined ? null : <StateCounts counts={cluster.counts} />}
        <span className={styles.facts}>
          {CLUSTER_TEXT.services(cluster.services)} ·{' '}
          {CLUSTER_TEXT.tasks(cluster.runningTasks, cluster.pendingTasks)}
          {cluster.problem === undefined ? '' : ` · ${cluster.problem}`}
          {cluster.problem === undefined && cluster.counts === undefined ? ` · ${CLUSTER_TEXT.notRead}` : ''}
        </span>
        {cluster.readAt === undefined ? null : (
          <span className={styles.when}>
            <RelativeTime at={cluster.readAt} />
          </span>
        )}
      </div>
      {/* Nothing is asked of an account that can't be read. */}
      {state === 'read' ? <ClusterHold cluster={{ ...scope, cluster: cluster.name }} /> : null}
      <AttentionRows scope={scope} cluster={cluster} />
    </div>
  );
}
