import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useTimeText } from '../../lib/clock.ts';
import { isNotThere, isUnreadableName } from '../../lib/not-there.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { VerdictNotice } from '../metrics/verdict-notice.tsx';
import { CopyMarkdown } from './copy-markdown.tsx';
import { HookAnswers } from './hook-answers.tsx';
import { CompareLink, RollbackStep } from './rollout-links.tsx';
import { RolloutPicture, RolloutSentence } from './rollout-picture.tsx';
import { canBeStopped, hasLogs, hasTakenTraffic, needsSomebody } from './rollout-state.ts';
import { ROLLOUT_TEXT } from './rollout-text.ts';
import { RolloutTitle } from './rollout-title.tsx';
import { StopButton } from './stop-button.tsx';
import { useTimeLimit } from './time-limit.ts';
import { TimeLimitField } from './time-limit-field.tsx';
import { TimeLimitWarning } from './time-limit-warning.tsx';
import { useWatchedRollout } from './use-watched-rollout.ts';

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

/** Follows one service deployment until it is over, and then shows its result until it is dismissed. */
export function LiveRollout(props: LiveRolloutProps) {
  // Each deployment has its own state: nothing of the previous one may stay on the screen.
  return <Watch key={props.deploymentArn} {...props} />;
}

function Watch(props: LiveRolloutProps) {
  const { service, deploymentArn, onDismiss, onMissing, onEnded } = props;
  const { runningRevision, isServiceGone = false, isAside = false } = props;
  const watch = useWatchedRollout({ service, deploymentArn, onMissing, onEnded });
  const { rollout, isOver } = watch;
  // A deployment from the history is opened for its details.
  const [wasFollowed, setFollowed] = useState(false);
  const outcome = rollout?.deployment.outcome;
  if (outcome === 'in-progress' && !wasFollowed) setFollowed(true);
  const [isUnfolded, setUnfolded] = useState(false);

  const hasSucceeded = isOver && wasFollowed && outcome === 'succeeded';
  const canBeFolded = hasSucceeded || (isAside && rollout !== undefined && !needsSomebody(rollout));
  const isFolded = canBeFolded && !isUnfolded;
  const isStoppable = rollout !== undefined && canBeStopped(rollout) && !isOver && !isServiceGone;
  const isSaid = isServiceGone && watch.isMissing;
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
          {isOver || (watch.error !== null && rollout === undefined) ? (
            <Button size="compact-xs" onClick={onDismiss}>
              {ROLLOUT_TEXT.dismiss}
            </Button>
          ) : null}
        </>
      }
    >
      {rollout === undefined && isNotThere(watch.error) ? (
        <EmptyState title={missingTitle(watch.error, deploymentArn, service)}>
          {ROLLOUT_TEXT.missingHelp}
        </EmptyState>
      ) : (
        watch.error !== null && !isSaid && <ErrorNotice error={watch.error} onRetry={watch.retry} />
      )}
      {rollout === undefined ? (
        watch.error === null && <LoadingRows what={ROLLOUT_TEXT.loading} rows={12} height={30} />
      ) : (
        <Followed
          {...{
            service,
            deploymentArn,
            rollout,
            runningRevision,
            isOver,
            isServiceGone,
            isStoppable,
            isFolded,
          }}
        />
      )}
    </Card>
  );
}

function missingTitle(error: SlipwayError, deploymentArn: string, { service }: ServiceRef): string {
  return isUnreadableName(error) ? ROLLOUT_TEXT.missing(deploymentArn, service) : error.message;
}

interface FollowedProps
  extends Required<
    Pick<LiveRolloutProps, 'service' | 'deploymentArn' | 'runningRevision' | 'isServiceGone'>
  > {
  readonly rollout: Rollout;
  readonly isOver: boolean;
  readonly isStoppable: boolean;
  /** Whether it is one line, so that the page below stays in sight. */
  readonly isFolded: boolean;
}

/** What a deployment does and what can be done about it. */
function Followed(props: FollowedProps) {
  const { service, deploymentArn, rollout, isOver, isServiceGone, isStoppable, isFolded } = props;
  const limit = useTimeLimit(rollout);
  const isLogged = useTimeText((now) => (hasLogs(rollout, now) ? 'yes' : '')) !== '';
  const { deployment, diagnosis, hooks = [] } = rollout;
  if (isFolded) {
    return (
      <>
        <RolloutSentence rollout={rollout} />
        <AfterTraffic {...props} />
      </>
    );
  }
  return (
    <RolloutPicture
      service={service}
      rollout={rollout}
      waiting={
        <>
          <AfterTraffic {...props} />
          {isOver || isServiceGone ? null : (
            <>
              <TimeLimitWarning limit={limit} stop={isStoppable ? <StopButton service={service} /> : null} />
              <HookAnswers service={service} deploymentArn={deploymentArn} hooks={hooks} />
            </>
          )}
        </>
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
          <CompareLink scope={service} deployment={deployment} />
          {isOver && !isServiceGone && <RollbackStep service={service} deployment={deployment} />}
          {isStoppable && <StopButton service={service} />}
          <CopyMarkdown rollout={rollout} />
        </>
      }
      action={
        <>
          {isStoppable && diagnosis === undefined && <StopButton service={service} />}
          {!isOver && !isServiceGone && <TimeLimitField limit={limit} />}
          {isOver && diagnosis === undefined && (
            <>
              <CompareLink scope={service} deployment={deployment} />
              <CopyMarkdown rollout={rollout} />
            </>
          )}
        </>
      }
    />
  );
}

/** How the new revision compares once it answers requests, and, once it runs, the way into what declares the service. */
function AfterTraffic({
  service,
  deploymentArn,
  rollout,
  runningRevision,
  isOver,
  isServiceGone,
}: FollowedProps) {
  if (isServiceGone) return null;
  const { outcome, revision } = rollout.deployment;
  const isRunning = isOver && outcome === 'succeeded' && revision === runningRevision;
  return (
    <>
      {hasTakenTraffic(rollout) && <VerdictNotice service={service} deployment={deploymentArn} />}
      {isRunning && revision !== undefined && (
        <Suspense fallback={null}>
          <WriteBackStep service={service} revision={revision} />
        </Suspense>
      )}
    </>
  );
}
