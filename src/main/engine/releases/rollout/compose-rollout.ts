import type { ServiceEvent as EcsEvent, ServiceDeployment } from '@aws-sdk/client-ecs';
import type { Deployment, Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceEvent } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { deploymentOutcome } from '../../catalog/deployment-outcome.ts';
import { msLeft } from './estimate.ts';
import { failureGroups } from './failure-groups.ts';
import { isOfTarget, lanesOf, type Movement } from './lanes.ts';
import { standingSentence } from './sentence.ts';

/** Everything that one look at a deployment has brought. */
export interface Look {
  /** What does not change: revision, images, who and why. */
  readonly known: Deployment;
  readonly current: ServiceDeployment;
  /** Events of the service, as ECS keeps them. */
  readonly events: readonly EcsEvent[];
  /** Tasks that are there, and all that were seen to stop since the watch began. */
  readonly tasks: readonly Task[];
  readonly rolledBackTo?: string;
  /** Milliseconds that this service's deployments take. */
  readonly expected?: number;
  /** Now by the clock of AWS. */
  readonly now: Date;
}

/** A deployment at one moment, as a person looks at it. */
export function composeRollout(look: Look): Rollout {
  const { current, tasks, expected, now } = look;
  const deployment = deploymentNow(look);
  const movement = movementOf(deployment, current);
  const relevant = tasks.filter((task) => startedBefore(task, deployment.finishedAt));
  const failures = failureGroups(relevant.filter((task) => isOfTarget(movement, task)));
  const breaker = current.deploymentCircuitBreaker;
  const startedAt = current.startedAt ?? current.createdAt;
  const isUnderWay =
    deployment.outcome === 'in-progress' && expected !== undefined && startedAt !== undefined;
  const rollbackReason = current.rollback?.reason;

  return {
    deployment,
    lanes: lanesOf(movement, relevant),
    ...(breaker === undefined
      ? {}
      : {
          circuitBreaker: {
            status: breaker.status ?? 'DISABLED',
            failures: breaker.failureCount ?? 0,
            threshold: breaker.threshold ?? 0,
          },
        }),
    failures,
    events: eventsSince(look),
    sentence: standingSentence({
      deployment,
      failures,
      ready: current.targetServiceRevision?.runningTaskCount ?? 0,
      requested: movement.requested,
      ...(look.rolledBackTo === undefined ? {} : { rolledBackTo: look.rolledBackTo }),
      ...(rollbackReason === undefined ? {} : { rollbackReason }),
    }),
    ...(isUnderWay ? { estimatedMsLeft: msLeft(expected, startedAt, now) } : {}),
  };
}

/** What is known of the deployment, as it stands now. */
function deploymentNow({ known, current }: Look): Deployment {
  const { statusReason, lifecycleStage, createdAt, startedAt, finishedAt } = current;
  const status = current.status ?? known.status;
  const begun = startedAt ?? createdAt;
  return {
    ...known,
    status,
    outcome: deploymentOutcome(status),
    ...(statusReason === undefined ? {} : { statusReason }),
    ...(lifecycleStage === undefined ? {} : { stage: lifecycleStage }),
    ...(createdAt === undefined ? {} : { createdAt: createdAt.toISOString() }),
    ...(startedAt === undefined ? {} : { startedAt: startedAt.toISOString() }),
    ...(finishedAt === undefined ? {} : { finishedAt: finishedAt.toISOString() }),
    ...(finishedAt === undefined || begun === undefined
      ? {}
      : { durationMs: finishedAt.getTime() - begun.getTime() }),
  };
}

function movementOf(deployment: Deployment, { targetServiceRevision }: ServiceDeployment): Movement {
  const { taskDefinitionArn = '', revision = '', previousRevision, createdAt } = deployment;
  return {
    targetArn: taskDefinitionArn,
    target: revision,
    requested: targetServiceRevision?.requestedTaskCount ?? 0,
    ...(previousRevision === undefined ? {} : { source: previousRevision }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

/** Tasks that came after the end belong to what came later. */
function startedBefore(task: Task, finishedAt: string | undefined): boolean {
  return finishedAt === undefined || task.createdAt === undefined || task.createdAt <= finishedAt;
}

/** What the service has said from the beginning of the deployment to its end. */
function eventsSince({ events, current }: Look): readonly ServiceEvent[] {
  const { createdAt, finishedAt } = current;
  return events.flatMap(({ id, createdAt: at, message }) => {
    if (id === undefined || at === undefined || message === undefined) return [];
    const isTooEarly = createdAt !== undefined && at < createdAt;
    const isTooLate = finishedAt !== undefined && at > finishedAt;
    return isTooEarly || isTooLate ? [] : [{ id, at: at.toISOString(), message }];
  });
}

/** The latest moment that AWS has told of in one look: its clock stands there or later. */
export function latestInstant({ current, events }: Pick<Look, 'current' | 'events'>): Date | undefined {
  const times = [
    current.updatedAt,
    current.createdAt,
    current.startedAt,
    current.finishedAt,
    ...events.map(({ createdAt }) => createdAt),
  ].flatMap((time) => time?.getTime() ?? []);
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
