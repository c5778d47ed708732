import type { Deployment, Task as EcsTask, Service } from '@aws-sdk/client-ecs';
import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import type { ServiceState } from '../../../shared/model/service.ts';
import type { TaskState } from '../../../shared/model/task.ts';

/** What DescribeServices says that the state of a service depends on. */
type ObservedService = Pick<
  Service,
  'status' | 'desiredCount' | 'runningCount' | 'pendingCount' | 'deployments' | 'taskSets'
>;

/**
 * How a service is, in one word. `lastOutcome` is that of its newest service deployment, where it is known;
 * otherwise what DescribeServices says of a rollback has to do.
 */
export function serviceState(service: ObservedService, lastOutcome?: DeploymentOutcome): ServiceState {
  const { status, desiredCount = 0, runningCount = 0 } = service;
  if (status === 'INACTIVE') return 'inactive';
  if (status === 'DRAINING') return 'draining';

  const primary = primaryDeployment(service);
  if (isInProgress(service, primary)) return isGoingWrong(primary) ? 'failing' : 'deploying';
  if (primary?.rolloutState === 'FAILED') return 'failing';
  if (desiredCount === 0 && runningCount === 0) return 'idle';
  if (runningCount < desiredCount) return 'failing';
  return didNotMakeIt(lastOutcome, primary) ? 'rolled-back' : 'steady';
}

/**
 * Whether tasks run and ECS starts all that are missing, with no deployment and no failure: after the desired count was
 * raised, or a task was replaced.
 */
export function isStartingMissingTasks(service: ObservedService): boolean {
  const { desiredCount = 0, runningCount = 0, pendingCount = 0 } = service;
  const primary = primaryDeployment(service);
  if (service.status !== 'ACTIVE' || isInProgress(service, primary)) return false;
  if (primary?.rolloutState === 'FAILED' || (primary?.failedTasks ?? 0) > 0) return false;
  return runningCount > 0 && runningCount < desiredCount && runningCount + pendingCount >= desiredCount;
}

/** The newest deployment of a service: the one that its desired state comes from. */
export function primaryDeployment({ deployments = [] }: ObservedService): Deployment | undefined {
  return deployments.find(({ status }) => status === 'PRIMARY') ?? deployments[0];
}

/** A rollout state exists for the ECS controller only; for the others more than one side means movement. */
function isInProgress(
  { deployments = [], taskSets = [] }: ObservedService,
  primary: Deployment | undefined,
): boolean {
  if (primary?.rolloutState !== undefined) return primary.rolloutState === 'IN_PROGRESS';
  return deployments.length > 1 || taskSets.length > 1;
}

function isGoingWrong(primary: Deployment | undefined): boolean {
  return (primary?.failedTasks ?? 0) > 0 || saysRollback(primary);
}

function didNotMakeIt(outcome: DeploymentOutcome | undefined, primary: Deployment | undefined): boolean {
  if (outcome === undefined || outcome === 'unknown' || outcome === 'in-progress')
    return saysRollback(primary);
  return outcome !== 'succeeded';
}

/** ECS writes `ECS deployment circuit breaker: rolling back to deploymentId ...` and the like. */
function saysRollback(primary: Deployment | undefined): boolean {
  return /roll(?:ing|ed)[ -]?back/i.test(primary?.rolloutStateReason ?? '');
}

const MOST_CELLS = 24;

interface Group {
  readonly state: TaskState;
  readonly count: number;
}

/**
 * A cell for each task of a service, oldest deployment first, from the counts of DescribeServices. Places of the
 * newest deployment that stay empty because its tasks fail are failing cells. More than 24 shrink in proportion.
 */
export function serviceCells(
  service: Pick<Service, 'deployments' | 'runningCount' | 'pendingCount'>,
): TaskState[] {
  const groups = (service.deployments ?? []).toReversed().flatMap(groupsOfDeployment);
  return shrink(groups.length > 0 ? groups : groupsWithoutDeployments(service));
}

function groupsOfDeployment({
  desiredCount = 0,
  runningCount = 0,
  pendingCount = 0,
  failedTasks = 0,
}: NonNullable<Service['deployments']>[number]): readonly Group[] {
  const empty = Math.max(0, desiredCount - runningCount - pendingCount);
  return [
    { state: 'running', count: runningCount },
    { state: 'pending', count: pendingCount },
    { state: 'failing', count: Math.min(failedTasks, empty) },
  ];
}

/** Services of the CODE_DEPLOY and EXTERNAL controllers have task sets instead. */
function groupsWithoutDeployments({
  runningCount = 0,
  pendingCount = 0,
}: Partial<Service>): readonly Group[] {
  return [
    { state: 'running', count: runningCount },
    { state: 'pending', count: pendingCount },
  ];
}

function shrink(groups: readonly Group[]): TaskState[] {
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const scale = total > MOST_CELLS ? MOST_CELLS / total : 1;
  return groups
    .flatMap(({ state, count }) =>
      Array<TaskState>(count === 0 ? 0 : Math.max(1, Math.floor(count * scale))).fill(state),
    )
    .slice(0, MOST_CELLS);
}

const ON_THE_WAY_OUT = new Set(['DEACTIVATING', 'STOPPING', 'DEPROVISIONING']);

/**
 * The colour and shape of a task's cell. The words are those of the task lifecycle in the ECS developer guide; an
 * unknown word counts as starting.
 */
export function taskState(
  task: Pick<EcsTask, 'lastStatus' | 'desiredStatus' | 'healthStatus' | 'stopCode' | 'containers'>,
): TaskState {
  const { lastStatus = '', desiredStatus, healthStatus } = task;
  if (lastStatus === 'STOPPED' || lastStatus === 'DELETED') return hasFailed(task) ? 'failing' : 'stopped';
  if (healthStatus === 'UNHEALTHY') return 'failing';
  if (ON_THE_WAY_OUT.has(lastStatus) || desiredStatus === 'STOPPED') return 'stopping';
  if (lastStatus !== 'RUNNING') return 'pending';
  return healthStatus === 'HEALTHY' ? 'healthy' : 'running';
}

/** Whether a stopped task went by itself, rather than being scaled in, replaced or stopped by a person. */
function hasFailed({ stopCode, healthStatus, containers = [] }: Parameters<typeof taskState>[0]): boolean {
  if (stopCode === 'TaskFailedToStart') return true;
  if (healthStatus === 'UNHEALTHY') return true;
  if (stopCode !== 'EssentialContainerExited') return false;
  return containers.some(({ exitCode, reason }) => reason !== undefined || (exitCode ?? 0) !== 0);
}
