import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, type RefObject, Suspense, useEffect, useRef } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { DeploymentOutcome } from '../../../../shared/model/deployment.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceDetail, ServiceRef, ServiceState } from '../../../../shared/model/service.ts';
import { isNotThere } from '../../lib/not-there.ts';
import { isUnreachable } from '../../lib/outage.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import type { ServiceSearch } from '../../lib/search.ts';
import { useFolded, useFoldedError } from '../../lib/streams.ts';
import parts from '../../ui/detail-page.module.css';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { KeptNotice } from '../../ui/kept-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { CodeDeployCard } from '../code-deploy/code-deploy-card.tsx';
import { LiveRollout } from '../rollout/live-rollout.tsx';
import { newestRollout } from '../rollout/use-watched-rollout.ts';
import { TaskSets } from '../task-sets/task-sets.tsx';
import { ExpressCard } from './express-card.tsx';
import { NoSuchService } from './no-such-place.tsx';
import { RunningNow } from './running-now.tsx';
import { ServiceDialogs } from './service-dialogs.tsx';
import { ServiceHeading } from './service-heading.tsx';
import styles from './service-page.module.css';
import { RolledBackNotice, ServiceProblemNotice } from './service-problem-notice.tsx';
import { ServiceTabs } from './service-tabs.tsx';
import { SERVICE_TEXT } from './service-text.ts';
import { useWatchedDeployment } from './watched-deployment.ts';

export { TaskView } from './task-view.tsx';

/** Loaded after the rest of the page. */
const DriftCard = lazy(async () => ({ default: (await import('../drift/drift-card.tsx')).DriftCard }));

const POLL_MS = 5_000;

const TeamNotices = lazy(async () => ({ default: (await import('./team-notices.tsx')).TeamNotices }));

type ProblemKind = NonNullable<ServiceDetail['problem']>['kind'];

export interface ServicePageProps {
  readonly service: ServiceRef;
  readonly search: ServiceSearch;
}

/** One service: what runs, what is in progress, its past, and what can be done with it. */
export function ServicePage({ service, search }: ServicePageProps) {
  const detail = useEngineQuery('services.get', service, { pollMs: POLL_MS });
  const kept = useKeptService(service, detail.data === undefined && isUnreachable(detail.error));
  const retry = (): void => void detail.refetch();
  const isKept = detail.data === undefined && detail.error?.code !== 'NOT_FOUND';
  if (isKept && kept !== undefined) {
    return (
      <ServiceView
        service={service}
        detail={kept.detail}
        keptAt={kept.readAt}
        error={detail.error}
        onRetry={retry}
        search={search}
      />
    );
  }
  if (!detail.data) {
    return (
      <main className={parts.page}>
        <div className={parts.title}>
          <h1 title={service.service} className={styles.name}>
            {service.service}
          </h1>
        </div>
        {isNotThere(detail.error) ? (
          <NoSuchService service={service} error={detail.error} onRetry={retry} />
        ) : detail.error ? (
          <ErrorPage error={detail.error} onRetry={retry} />
        ) : (
          <LoadingRows what={service.service} rows={8} height={44} />
        )}
      </main>
    );
  }
  return (
    <ServiceView
      service={service}
      detail={detail.data}
      error={detail.error}
      onRetry={retry}
      search={search}
    />
  );
}

/** The service as the last start read it, once AWS could not be reached. Stays while the service is read again. */
function useKeptService({ account, region, cluster, service }: ServiceRef, isOffline: boolean) {
  const input = { account, region, cluster, service };
  return useEngineQuery('services.kept', input, { enabled: isOffline, staleMs: Number.POSITIVE_INFINITY })
    .data?.kept;
}

interface ServiceViewProps extends ServicePageProps {
  readonly detail: ServiceDetail;
  /** When the detail was read, if that was at an earlier start. Then nothing can be changed. */
  readonly keptAt?: string;
  /** Why the last read failed, if it did; `detail` is older then. */
  readonly error: SlipwayError | null;
  readonly onRetry: () => void;
}

function ServiceView({ service, detail, keptAt, error, onRetry, search }: ServiceViewProps) {
  const cache = useQueryClient();
  const watched = useWatchedDeployment(service, detail.activeDeploymentArn, search.deployment);
  const rollout = useInSightOnceAsked(search.deployment);
  const { isNamed, isCounted, state } = useSaidByDeployment(service, detail, watched.arn);
  const isGone = error?.code === 'NOT_FOUND' || detail.state === 'inactive';
  // The card of the failed deployment says it with its evidence.
  const hasUnseenFailure =
    detail.problem === undefined &&
    state === 'rolled-back' &&
    detail.failedDeploymentArn !== undefined &&
    detail.failedDeploymentArn !== watched.arn;
  // Logs and metrics need the height of the page.
  const isReading = search.tab === 'logs' || search.tab === 'metrics';
  const readAgain = (): void =>
    void cache.invalidateQueries({ predicate: (query) => isAbout(query.queryKey, service) });
  const onStarted = (release: Release): void => {
    if (release.deploymentArn !== undefined) watched.watch(release.deploymentArn);
    else notifications.show({ message: SERVICE_TEXT.accepted(release.title) });
    readAgain();
  };
  return (
    <main className={parts.page}>
      <ServiceHeading
        service={service}
        detail={{ ...detail, state }}
        isGone={isGone}
        isUnreachable={keptAt !== undefined || error?.code === 'UNAVAILABLE'}
        isCountedByDeployment={isCounted}
      />
      {isGone ? <GoneNotice service={service} /> : null}
      {keptAt === undefined ? null : <KeptNotice at={keptAt} />}
      {isGone ? null : <StaleNotice error={error} onRetry={onRetry} />}
      {isGone || keptAt !== undefined ? null : (
        <Suspense>
          <TeamNotices service={service} />
        </Suspense>
      )}
      {isGone || isNamed ? null : <ServiceProblemNotice service={service} detail={detail} />}
      {isGone || !hasUnseenFailure ? null : <RolledBackNotice service={service} detail={detail} />}
      {watched.arn === undefined ? null : (
        <div ref={rollout}>
          <LiveRollout
            service={service}
            deploymentArn={watched.arn}
            onDismiss={watched.dismiss}
            onEnded={readAgain}
            runningRevision={detail.revision}
            isServiceGone={isGone}
            onMissing={readAgain}
            isAside={isReading}
          />
        </div>
      )}
      {isReading ? null : (
        <>
          <RunningNow scope={service} detail={detail} />
          {detail.express === undefined ? null : <ExpressCard express={detail.express} />}
          <CodeDeployCard service={service} controller={detail.controller} />
          <TaskSets service={service} controller={detail.controller} />
          {keptAt === undefined && !isGone ? (
            <Suspense fallback={null}>
              <DriftCard service={service} />
            </Suspense>
          ) : null}
        </>
      )}
      <ServiceTabs service={service} detail={detail} search={search} deployment={watched.arn} />
      {keptAt === undefined ? (
        <ServiceDialogs service={service} detail={detail} search={search} onStarted={onStarted} />
      ) : null}
    </main>
  );
}

/** What is wrong with a service because of its deployment in progress. */
const OF_A_DEPLOYMENT: ReadonlySet<ProblemKind> = new Set(['deployment-stuck', 'no-capacity', 'tasks-fail']);

interface SaidByDeployment {
  /** Whether it names the cause of the service's problem, with the next steps. */
  readonly isNamed: boolean;
  /** Whether it counts the tasks, by the tasks themselves; what DescribeServices counts is up to 5 s older. */
  readonly isCounted: boolean;
  /** The state of the service: of one that was read before its deployment ended, the state that this end leads to. */
  readonly state: ServiceState;
}

/** What follows from the end of a deployment; of other ends only the service itself tells. */
const STATE_AFTER: Partial<Record<DeploymentOutcome, ServiceState>> = {
  succeeded: 'steady',
  'rolled-back': 'rolled-back',
};

/** What the card of the deployment in progress says, so that the page says it once. */
function useSaidByDeployment(
  service: ServiceRef,
  { activeDeploymentArn, problem, state }: ServiceDetail,
  watched: string | undefined,
): SaidByDeployment {
  const { account, region, cluster, service: name } = service;
  const input = { account, region, cluster, service: name, deployment: watched ?? '' };
  const rollout = useFolded('releases.watch', input, newestRollout);
  const error = useFoldedError('releases.watch', input);
  if (watched === undefined || watched !== activeDeploymentArn)
    return { isNamed: false, isCounted: false, state };
  const outcome = rollout?.deployment.outcome ?? 'in-progress';
  return {
    isNamed: rollout?.diagnosis !== undefined && problem !== undefined && OF_A_DEPLOYMENT.has(problem.kind),
    isCounted: rollout !== null || error === null,
    state: state === 'deploying' ? (STATE_AFTER[outcome] ?? state) : state,
  };
}

/** The card of a deployment that was chosen further down on the page comes into sight. */
function useInSightOnceAsked(asked: string | undefined): RefObject<HTMLDivElement | null> {
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (asked !== undefined) card.current?.scrollIntoView({ block: 'start' });
  }, [asked]);
  return card;
}

/** Whether a query reads this service, or the cluster that lists it. */
function isAbout([method, input]: readonly unknown[], service: ServiceRef): boolean {
  if (typeof method !== 'string' || !/^(?:services\.|drift\.get$)/.test(method)) return false;
  const ref = input as Partial<ServiceRef>;
  return ref.cluster === service.cluster && (ref.service ?? service.service) === service.service;
}

/** Says that the service was deleted while its page was open; what was read of it stays on the page. */
function GoneNotice({ service }: { readonly service: ServiceRef }) {
  const { account, region, cluster } = service;
  return (
    <div className={styles.gone} role="alert">
      <Mark kind="warning" />
      <span>{SERVICE_TEXT.deleted(service.service)}</span>
      <Button
        size="compact-xs"
        flex="none"
        renderRoot={(props) => (
          <Link to="/a/$account/$region/c/$cluster" params={{ account, region, cluster }} {...props} />
        )}
      >
        {SERVICE_TEXT.backToServices}
      </Button>
    </div>
  );
}
