import type { Service, TaskSet } from '@aws-sdk/client-ecs';

/** A task set that has its names. */
export type ServiceTaskSet = TaskSet & { readonly id: string; readonly taskSetArn: string };

/** Whether Slipway may move the task sets of a service: its deployment controller is EXTERNAL. */
export function isReleasedByTaskSets({ deploymentController }: Service): boolean {
  return deploymentController?.type === 'EXTERNAL';
}

/** The task sets of a service as DescribeServices shows them, those that are being deleted too. */
export function taskSetsOf({ taskSets = [] }: Service): readonly ServiceTaskSet[] {
  return taskSets.flatMap((set) => {
    const { id, taskSetArn } = set;
    return id === undefined || taskSetArn === undefined ? [] : [{ ...set, id, taskSetArn }];
  });
}

/** The one that a service is on; a service of the EXTERNAL controller starts without one. */
export function primarySetOf(service: Service): ServiceTaskSet | undefined {
  return taskSetsOf(service).find(({ status }) => status === 'PRIMARY');
}

/** Sets beside the primary one that nobody is deleting. */
export function otherSetsOf(service: Service): readonly ServiceTaskSet[] {
  return taskSetsOf(service).filter(({ status }) => status !== 'PRIMARY' && status !== 'DRAINING');
}

/** Sets that came after the primary one: on their way to take its place. The newest first. */
export function comingSetsOf(service: Service): readonly ServiceTaskSet[] {
  const since = primarySetOf(service)?.createdAt?.getTime() ?? 0;
  return otherSetsOf(service)
    .filter(({ createdAt }) => (createdAt?.getTime() ?? 0) > since)
    .toSorted((one, other) => (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0));
}

/**
 * The set that is being released, as far as the sets themselves tell: one that came after the primary one, or the
 * primary one while tasks of an older one are on their way out. A younger one that goes was given up, or rolled back
 * from: the sets do not tell which. Undefined when nothing moves.
 */
export function setUnderWay(service: Service): ServiceTaskSet | undefined {
  if (!isReleasedByTaskSets(service)) return undefined;
  const [coming] = comingSetsOf(service);
  if (coming !== undefined) return coming;
  const primary = primarySetOf(service);
  const since = primary?.createdAt?.getTime() ?? 0;
  const isGoing = ({ status, scale, createdAt, runningCount = 0 }: ServiceTaskSet): boolean =>
    (createdAt?.getTime() ?? 0) < since &&
    (status === 'DRAINING' || (status !== 'PRIMARY' && scale?.value === 0 && runningCount > 0));
  return taskSetsOf(service).some(isGoing) ? primary : undefined;
}

/** The ids of what a plan for such a service stands on; undefined for any other service. */
export function taskSetIds(service: Service): readonly string[] | undefined {
  if (!isReleasedByTaskSets(service)) return undefined;
  return taskSetsOf(service)
    .filter(({ status }) => status !== 'DRAINING')
    .map(({ id }) => id)
    .toSorted();
}

/** Whether an ARN names a task set, and not a service deployment. */
export function isTaskSetArn(arn: string): boolean {
  return /^arn:[^:]+:ecs:[^:]*:[^:]*:task-set\//.test(arn);
}

/** The id as DescribeTaskSets gives it, and as tasks name it in `startedBy`: `ecs-svc/123`. */
export function taskSetId(taskSetArn: string): string {
  return `ecs-svc/${taskSetArn.slice(taskSetArn.lastIndexOf('/') + 1)}`;
}
