import { isGoingForward } from './deployment-state.ts';
import { hasReachedScaleUp, shiftsTraffic } from './deployment-steps.ts';
import { servingSource, weightsOfRevisions } from './deployment-traffic.ts';
import type { TaskCounts } from './rolling-bounds.ts';
import type {
  EcsState,
  RevisionCounts,
  ServiceDeploymentRecord,
  ServiceRecord,
  TaskRecord,
} from './state.ts';
import { isMeantToRun, isRunning, isStopped } from './task-transitions.ts';

/** The tasks of a service, sorted by what its scheduler has to know. */
export interface ServiceTasks {
  /** Of the PRIMARY deployment, and meant to run where they are. */
  readonly target: readonly TaskRecord[];
  /** Of any other deployment, or on an instance that drains: they run until they are replaced. */
  readonly source: readonly TaskRecord[];
  /** On their way out. */
  readonly leaving: readonly TaskRecord[];
}

export function sortTasks(state: EcsState, service: ServiceRecord): ServiceTasks {
  const targetArn = service.rollouts[0]?.revisionArn;
  const all = [...state.tasks.inGroup(service.arn)];
  const meant = all.filter(isMeantToRun);
  const stays = (record: TaskRecord): boolean =>
    record.revisionArn === targetArn && !isOnDrainingInstance(state, record);
  return {
    target: meant.filter(stays),
    source: meant.filter((record) => !stays(record)),
    leaving: all.filter((record) => !isMeantToRun(record) && !isStopped(record)),
  };
}

function isOnDrainingInstance({ containerInstances }: EcsState, { task }: TaskRecord): boolean {
  if (task.containerInstanceArn === undefined) return false;
  return containerInstances.get(task.containerInstanceArn)?.instance.status === 'DRAINING';
}

export function countTasks(tasks: readonly TaskRecord[]): TaskCounts {
  const running = tasks.filter(isRunning);
  return {
    starting: tasks.length - running.length,
    running: running.length,
    healthy: running.filter(({ isHealthy }) => isHealthy).length,
  };
}

/** The order in which ECS lets tasks go: those not up yet, then the sick, then the rest by age; never protected ones. */
export function inOrderOfLeaving(tasks: readonly TaskRecord[], at: Date): readonly TaskRecord[] {
  const free = tasks.filter(({ protectedUntil }) => protectedUntil === undefined || protectedUntil <= at);
  const rank = (record: TaskRecord): number => (isRunning(record) ? (record.isHealthy ? 2 : 1) : 0);
  return free.toSorted((one, other) => rank(one) - rank(other));
}

/** Running and pending tasks of one service revision, as DescribeServices counts them. */
export function countRevision(
  state: EcsState,
  serviceArn: string,
  revisionArn: string,
): Omit<RevisionCounts, 'requested'> {
  let running = 0;
  let pending = 0;
  for (const record of state.tasks.inGroup(serviceArn)) {
    if (record.revisionArn !== revisionArn || !isMeantToRun(record)) continue;
    if (isRunning(record)) running += 1;
    else pending += 1;
  }
  return { arn: revisionArn, running, pending };
}

/** The counts of a deployment's revisions: the final ones once it has ended. The target's come first. */
export function deploymentCounts(
  state: EcsState,
  deployment: ServiceDeploymentRecord,
): readonly RevisionCounts[] {
  if (deployment.finalCounts !== undefined) return deployment.finalCounts;
  const service = state.services.get(deployment.serviceArn);
  const weights = weightsOfRevisions(deployment, service?.lastCompletedRevisionArn);
  return [deployment.targetRevisionArn, ...deployment.sourceRevisionArns].map((arn) => ({
    ...countRevision(state, deployment.serviceArn, arn),
    requested: requestedOf(service, deployment, arn),
    ...weights(arn),
  }));
}

/** A deployment that shifts traffic wants all tasks of both sides, from SCALE_UP until CLEAN_UP. */
function requestedOf(
  service: ServiceRecord | undefined,
  deployment: ServiceDeploymentRecord,
  revisionArn: string,
): number {
  const desired = service?.desiredCount ?? 0;
  const isPrimary = revisionArn === service?.rollouts[0]?.revisionArn;
  if (!shiftsTraffic(deployment) || !isGoingForward(deployment.status)) return isPrimary ? desired : 0;
  if (isPrimary) return hasReachedScaleUp(deployment) ? desired : 0;
  const isServing = revisionArn === servingSource(deployment, service?.lastCompletedRevisionArn);
  return isServing && deployment.lifecycleStage !== 'CLEAN_UP' ? desired : 0;
}
