import type { CreateTaskSetRequest, TaskSet } from '@aws-sdk/client-ecs';
import { taskSetArn } from './arns.ts';
import { resolveContainerImages } from './container-images.ts';
import type { EcsContext } from './context.ts';
import { launchTypeOf, serviceTaskOrder } from './service-task-order.ts';
import { countTasks } from './service-tasks.ts';
import type { ServiceRecord, ServiceRevisionRecord, TaskRecord, TaskSetRecord } from './state.ts';
import type { TaskOrder } from './task-factory.ts';
import { isMeantToRun } from './task-transitions.ts';

/** What a task set runs: the members of CreateTaskSet that are not about the service. */
export type TaskSetContent = Omit<
  CreateTaskSetRequest,
  'service' | 'cluster' | 'scale' | 'taskDefinition'
> & {
  /** An ARN. */
  readonly taskDefinition: string;
};

/** Whether another than ECS decides which task sets a service has. */
export function hasTaskSets({ settings }: ServiceRecord): boolean {
  const type = settings.deploymentController?.type ?? 'ECS';
  return type === 'EXTERNAL' || type === 'CODE_DEPLOY';
}

/** The share of the service's desired count that is the set's, rounded up as ECS does; none while it drains. */
export function computedDesiredCount({ desiredCount }: ServiceRecord, { taskSet }: TaskSetRecord): number {
  if (taskSet.status === 'DRAINING') return 0;
  return Math.ceil((desiredCount * (taskSet.scale.value ?? 100)) / 100);
}

/** The tasks of a set that are meant to run. */
export function tasksOfSet({ state }: EcsContext, { taskSet }: TaskSetRecord): readonly TaskRecord[] {
  return [...state.tasks.inGroup(taskSet.serviceArn)].filter(
    (record) => record.revisionArn === taskSet.taskSetArn && isMeantToRun(record),
  );
}

/** STEADY_STATE once every task of the set runs, is healthy, and is wanted. */
export function isSetSteady(context: EcsContext, service: ServiceRecord, record: TaskSetRecord): boolean {
  const { starting, healthy, running } = countTasks(tasksOfSet(context, record));
  return starting === 0 && running === healthy && running === computedDesiredCount(service, record);
}

/** A task set as DescribeTaskSets shows it, without its tags. */
export function viewTaskSet(context: EcsContext, service: ServiceRecord, record: TaskSetRecord): TaskSet {
  const { starting, running } = countTasks(tasksOfSet(context, record));
  return {
    ...record.taskSet,
    computedDesiredCount: computedDesiredCount(service, record),
    pendingCount: starting,
    runningCount: running,
  };
}

/** How a service starts one task of a task set. Undefined when the task definition is permanently deleted. */
export function taskSetOrder(
  context: EcsContext,
  service: ServiceRecord,
  record: TaskSetRecord,
): TaskOrder | undefined {
  const order = serviceTaskOrder(context, service, revisionOf(record));
  return order === undefined ? undefined : { ...order, startedBy: record.taskSet.id };
}

/** A task set holds what a service revision of an ECS deployment would. */
function revisionOf({ taskSet, containerImages }: TaskSetRecord): ServiceRevisionRecord {
  const { taskSetArn, serviceArn, clusterArn, taskDefinition, createdAt } = taskSet;
  return {
    serviceRevisionArn: taskSetArn,
    serviceArn,
    clusterArn,
    taskDefinition,
    containerImages: [...containerImages],
    createdAt,
    launchType: taskSet.launchType,
    capacityProviderStrategy: taskSet.capacityProviderStrategy,
    platformVersion: taskSet.platformVersion,
    networkConfiguration: taskSet.networkConfiguration,
    loadBalancers: taskSet.loadBalancers,
    serviceRegistries: taskSet.serviceRegistries,
  };
}

/** Gives a service one more task set. */
export function addTaskSet(
  context: EcsContext,
  service: ServiceRecord,
  content: TaskSetContent,
  { status, scale }: Pick<TaskSetRecord['taskSet'], 'status' | 'scale'>,
): TaskSetRecord {
  const { state, clock, ids } = context;
  const id = ids.decimal();
  const at = clock.now();
  const definition = state.taskDefinitions.get(content.taskDefinition);
  const record: TaskSetRecord = {
    taskSet: {
      id: `ecs-svc/${id}`,
      taskSetArn: taskSetArn(service.arn, id),
      serviceArn: service.arn,
      clusterArn: service.clusterArn,
      externalId: content.externalId,
      status,
      scale,
      taskDefinition: content.taskDefinition,
      launchType: content.capacityProviderStrategy === undefined ? launchTypeOf(content) : undefined,
      capacityProviderStrategy: content.capacityProviderStrategy,
      platformVersion: content.platformVersion,
      networkConfiguration: content.networkConfiguration,
      loadBalancers: content.loadBalancers ?? [],
      serviceRegistries: content.serviceRegistries ?? [],
      stabilityStatus: 'STABILIZING',
      stabilityStatusAt: at,
      createdAt: at,
      updatedAt: at,
    },
    containerImages: definition === undefined ? [] : resolveContainerImages(context, definition.definition),
    tags: content.tags ?? [],
  };
  state.taskSets.put(record);
  state.services.put({ ...service, isSteady: false });
  return record;
}

/** Changes a task set, which is then no longer known to be steady. */
export function changeTaskSet(
  { state, clock }: EcsContext,
  record: TaskSetRecord,
  changes: Partial<Pick<TaskSetRecord['taskSet'], 'scale' | 'status'>>,
): void {
  const taskSet = {
    ...record.taskSet,
    ...changes,
    updatedAt: clock.now(),
    stabilityStatus: 'STABILIZING' as const,
  };
  state.taskSets.put({ ...record, taskSet });
  const service = state.services.get(taskSet.serviceArn);
  if (service !== undefined) state.services.put({ ...service, isSteady: false });
}

/** Makes a task set the primary one of its service; the one that was it so far stays as ACTIVE. */
export function makePrimary(
  context: EcsContext,
  { taskSet: { taskSetArn, serviceArn } }: TaskSetRecord,
): void {
  const siblings = [...context.state.taskSets.inGroup(serviceArn)];
  for (const each of siblings) {
    if (each.taskSet.taskSetArn === taskSetArn) changeTaskSet(context, each, { status: 'PRIMARY' });
    else if (each.taskSet.status === 'PRIMARY') changeTaskSet(context, each, { status: 'ACTIVE' });
  }
}
