import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useEffectEvent, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Deployment, Rollout } from '../../../../shared/model/deployment.ts';
import { releaseName } from '../../../../shared/model/image-version.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useTimeText } from '../../lib/clock.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { type Folding, useEngineFold } from '../../lib/streams.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { RollbackLink } from '../../ui/rollback-link.tsx';
import { VerdictNotice } from '../metrics/verdict-notice.tsx';
import { CopyMarkdown } from './copy-markdown.tsx';
import { HookAnswers } from './hook-answers.tsx';
import { RolloutPicture, RolloutSentence } from './rollout-picture.tsx';
import { ROLLOUT_TEXT } from './rollout-text.ts';
import { RolloutTitle } from './rollout-title.tsx';
import { StopButton } from './stop-button.tsx';
import { useTimeLimit } from './time-limit.ts';
import { TimeLimitField } from './time-limit-field.tsx';
import { TimeLimitWarning } from './time-limit-warning.tsx';

/** Loaded with the first rollout. */
const ReleaseErrors = lazy(async () => ({ default: (await import('./release-errors.tsx')).ReleaseErrors }));

/** Loaded once a deployment has succeeded. */
const WriteBackStep = lazy(async () => ({
  default: (await import('../drift/drift-card.tsx')).WriteBackStep,
}));

interface LiveRolloutProps {
  readonly service: ServiceRef;
  readonly deploymentArn: string;
  /** Hides the deployment once it is over. */
  readonly onDismiss: () => void;
  /** What the service runs, such as `web:42`: only this can be written back into a declaration. */
  readonly runningRevision?: string | undefined;
  /** Whether the page says that the service was deleted: then the last known state is shown, without actions. */
  readonly isServiceGone?: boolean;
  /** Told that ECS has the deployment no more, as after the service was deleted. */
  readonly onMissing?: () => void;
  /** Told how the deployment ended. */
  readonly onEnded?: (rollout: Rollout) => void;
  /** Whether the page is about something else, such as logs: then a deployment that waits for nobody is one line. */
  readonly isAside?: boolean;
}

/**
 * Follows one service deployment until it is over, and then shows its result until it is dismissed. The watch is a
 * query: after a missing login or a lost connection it resumes with the others.
 */
export function LiveRollout(props: LiveRolloutProps) {
  // Each deployment has its own state: nothing of the previous one may stay on the screen.
  return <Watch key={props.deploymentArn} {...props} />;
}

/** How a deployment ended does not change. Without an end it is watched again, since its data has no age yet. */
const ENDED_FRESH_MS = 24 * 60 * 60_000;

/** Only the newest state counts. Before the first one it is null, because a query cannot hold undefined. */
export const newestRollout: Folding<'releases.watch', Rollout | null> = {
  initial: null,
  event: (_, rollout) => rollout,
  output: (_, rollout) => rollout,
};

function Watch(props: LiveRolloutProps) {
  const { service, deploymentArn, onDismiss, onMissing, onEnded } = props;
  const { runningRevision, isServiceGone = false, isAside = false } = props;
  const { account, region, cluster, service: name } = service;
  const watch = useEngineFold(
    'releases.watch',
    { account, region, cluster, service: name, deployment: deploymentArn },
    newestRollout,
    { staleMs: ENDED_FRESH_MS },
  );
  const rollout = watch.data ?? undefined;
  const limit = useTimeLimit(rollout);
  const over = watch.isSuccess && !watch.isFetching;
  const outcome = rollout?.deployment.outcome;
  // A deployment from the history is opened for its details.
  const [wasFollowed, setFollowed] = useState(false);
  if (outcome === 'in-progress' && !wasFollowed) setFollowed(true);
  const hasSucceeded = over && wasFollowed && outcome === 'succeeded';
  const [isUnfolded, setUnfolded] = useState(false);
  const tellEnd = useEffectEvent(() => {
    if (rollout) onEnded?.(rollout);
  });
  useEffect(() => {
    if (over) tellEnd();
  }, [over]);
  const isLogged = useTimeText((now) => (rollout && hasLogs(rollout, now) ? 'yes' : '')) !== '';
  const isMissing = watch.error?.code === 'NOT_FOUND';
  const tellMissing = useEffectEvent(() => onMissing?.());
  useEffect(() => {
    if (isMissing) tellMissing();
  }, [isMissing]);

  const verdict =
    rollout && hasTakenTraffic(rollout) && !isServiceGone ? (
      <VerdictNotice service={service} deployment={deploymentArn} />
    ) : null;
  const revision = rollout?.deployment.revision;
  const writeBack =
    over &&
    outcome === 'succeeded' &&
    revision !== undefined &&
    revision === runningRevision &&
    !isServiceGone ? (
      <Suspense fallback={null}>
        <WriteBackStep service={service} revision={revision} />
      </Suspense>
    ) : null;
  const isStoppable = rollout !== undefined && canBeStopped(rollout) && !over && !isServiceGone;
  const isSaid = isServiceGone && isMissing;
  const canBeFolded = hasSucceeded || (isAside && rollout !== undefined && !needsSomebody(rollout));
  const isFolded = canBeFolded && !isUnfolded;
  if (isSaid && rollout === undefined) return null;
  return (
    <Card
      title={rollout ? <RolloutTitle rollout={rollout} /> : ROLLOUT_TEXT.deployment}
      aside={
        <>
          {isFolded && isStoppable && <StopButton service={service} />}
          {canBeFolded && (
            <Button size="compact-xs" onClick={() => setUnfolded(!isUnfolded)} aria-expanded={isUnfolded}>
              {isUnfolded ? ROLLOUT_TEXT.hideDetails : ROLLOUT_TEXT.showDetails}
            </Button>
          )}
          {over || (watch.isError && rollout === undefined) ? (
            <Button size="compact-xs" onClick={onDismiss}>
              {ROLLOUT_TEXT.dismiss}
            </Button>
          ) : null}
        </>
      }
    >
      {watch.isError && !isSaid && <ErrorNotice error={watch.error} onRetry={() => void watch.refetch()} />}
      {rollout && isFolded ? (
        // One line, so that the page below stays in sight.
        <>
          <RolloutSentence rollout={rollout} />
          {verdict}
          {writeBack}
        </>
      ) : rollout ? (
        <RolloutPicture
          service={service}
          rollout={rollout}
          waiting={
            over || isServiceGone ? (
              <>
                {verdict}
                {writeBack}
              </>
            ) : (
              <>
                {verdict}
                <TimeLimitWarning
                  limit={limit}
                  stop={canBeStopped(rollout) ? <StopButton service={service} /> : null}
                />
                <HookAnswers service={service} deploymentArn={deploymentArn} hooks={rollout.hooks ?? []} />
              </>
            )
          }
          errors={
            isLogged && !isServiceGone ? (
              <Suspense fallback={null}>
                <ReleaseErrors service={service} rollout={rollout} />
              </Suspense>
            ) : null
          }
          steps={
            <>
              <CompareLink scope={service} deployment={rollout.deployment} />
              {over && !isServiceGone && <RollbackStep service={service} deployment={rollout.deployment} />}
              {isStoppable && <StopButton service={service} />}
              <CopyMarkdown rollout={rollout} />
            </>
          }
          action={
            <>
              {isStoppable && rollout.diagnosis === undefined && <StopButton service={service} />}
              {!over && !isServiceGone && <TimeLimitField limit={limit} />}
              {over && rollout.diagnosis === undefined && (
                <CompareLink scope={service} deployment={rollout.deployment} />
              )}
              {over && rollout.diagnosis === undefined && <CopyMarkdown rollout={rollout} />}
            </>
          }
        />
      ) : (
        !watch.isError && <LoadingRows what={ROLLOUT_TEXT.loading} rows={12} height={30} />
      )}
    </Card>
  );
}

/** Whether it has failed, or waits for an answer. */
function needsSomebody({ deployment, diagnosis, hooks = [] }: Rollout): boolean {
  const isUnhappy = deployment.outcome !== 'in-progress' && deployment.outcome !== 'succeeded';
  return isUnhappy || diagnosis !== undefined || hooks.length > 0;
}

/** Whether the new revision answers requests, or did: only then is there something to compare. Task sets have no verdict. */
function hasTakenTraffic({ deployment, taskGroups }: Rollout): boolean {
  if (!deployment.arn.includes(':service-deployment/')) return false;
  if (deployment.outcome === 'succeeded') return true;
  const isNewRunning = taskGroups.some(
    ({ role, cells }) => role === 'new' && cells.some(({ state }) => state === 'healthy'),
  );
  return deployment.outcome === 'in-progress' && isNewRunning;
}

/** ECS lists the tasks of a deployment, whose logs they are, for about an hour after they have stopped. */
const LOGS_MS = 60 * 60_000;

function hasLogs(
  { deployment: { outcome, revision, startedAt, finishedAt } }: Rollout,
  now: number,
): boolean {
  if (revision === undefined || startedAt === undefined) return false;
  return outcome === 'in-progress' || now - Date.parse(finishedAt ?? startedAt) < LOGS_MS;
}

/** The states of a deployment, and of a task set, in which it can be stopped. */
const STOPPABLE: ReadonlySet<string> = new Set(['PENDING', 'IN_PROGRESS', 'ACTIVE', 'PRIMARY']);

/** ECS accepts a stop only in these states (StopServiceDeployment); a task set can be rolled back until it is over. */
function canBeStopped({ deployment: { status, outcome } }: Rollout): boolean {
  return outcome === 'in-progress' && STOPPABLE.has(status);
}

interface CompareLinkProps {
  readonly scope: Scope;
  readonly deployment: Deployment;
}

interface RollbackStepProps {
  readonly service: ServiceRef;
  readonly deployment: Deployment;
}

/**
 * Opens the plan of a rollback, where a release other than the current one succeeded. After a rollback by ECS that one
 * runs already, so going back further would be no answer to the failure.
 */
function RollbackStep({ service, deployment }: RollbackStepProps) {
  const { account, region, cluster, service: name } = service;
  const { data: deployments } = useEngineQuery(
    'services.deployments',
    { account, region, cluster, service: name },
    { staleMs: 30_000 },
  );
  const target = deployments?.find(({ isRollbackTarget }) => isRollbackTarget);
  const { outcome } = deployment;
  if (outcome === 'succeeded' || outcome === 'rolled-back' || target === undefined) return null;
  return <RollbackLink service={service}>{ROLLOUT_TEXT.rollBackTo(releaseName(target, name))}</RollbackLink>;
}

/** Leads from a failed deployment to what it changed. */
function CompareLink({ scope, deployment }: CompareLinkProps) {
  const { outcome, previousRevision, revision } = deployment;
  if (outcome === 'succeeded' || previousRevision === undefined || revision === undefined) return null;
  return (
    <Button
      renderRoot={(props) => (
        <Link
          to="/a/$account/$region/diff"
          params={{ account: scope.account, region: scope.region }}
          search={{ before: previousRevision, after: revision }}
          {...props}
        />
      )}
    >
      {ROLLOUT_TEXT.compare(previousRevision, revision)}
    </Button>
  );
}
