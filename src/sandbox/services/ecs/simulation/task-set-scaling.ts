import type { EcsContext } from './context.ts';
import { sentence, withEvent } from './service-events.ts';
import { type Room, startTasks, stopTasks } from './service-scaling.ts';
import { inOrderOfLeaving } from './service-tasks.ts';
import type { ServiceRecord, TaskSetRecord } from './state.ts';
import type { TaskRunner } from './task-runner.ts';
import { computedDesiredCount, isSetSteady, taskSetOrder, tasksOfSet } from './task-sets.ts';
import { isStopped } from './task-transitions.ts';

/** Brings every task set of a service to its share of the desired count, and says when all are steady. */
export function scaleTaskSets(context: EcsContext, runner: TaskRunner, service: ServiceRecord): Room {
  const rooms = [...context.state.taskSets.inGroup(service.arn)].map((record) =>
    scaleTaskSet(context, runner, service, record),
  );
  announceSteadySets(context, service.arn);
  return rooms.includes('lacking') ? 'lacking' : 'enough';
}

function scaleTaskSet(
  context: EcsContext,
  runner: TaskRunner,
  service: ServiceRecord,
  record: TaskSetRecord,
): Room {
  const { state } = context;
  const tasks = tasksOfSet(context, record);
  const wanted = computedDesiredCount(service, record);
  stopTasks(
    context,
    runner,
    service,
    inOrderOfLeaving(tasks, context.clock.now()).slice(0, Math.max(0, tasks.length - wanted)),
  );
  const room = startTasks(
    context,
    runner,
    service,
    taskSetOrder(context, service, record),
    Math.max(0, wanted - tasks.length),
  );
  if (record.taskSet.status === 'DRAINING' && !hasTasksLeft(context, record)) {
    state.taskSets.delete(record.taskSet.taskSetArn);
  } else {
    updateStability(context, service, record);
  }
  return room;
}

function updateStability(context: EcsContext, service: ServiceRecord, record: TaskSetRecord): void {
  const stabilityStatus = isSetSteady(context, service, record) ? 'STEADY_STATE' : 'STABILIZING';
  if (record.taskSet.stabilityStatus === stabilityStatus) return;
  const at = context.clock.now();
  context.state.taskSets.put({
    ...record,
    taskSet: { ...record.taskSet, stabilityStatus, stabilityStatusAt: at, updatedAt: at },
  });
}

function announceSteadySets({ state, clock, ids }: EcsContext, serviceArn: string): void {
  const service = state.services.get(serviceArn);
  const sets = [...state.taskSets.inGroup(serviceArn)];
  const isSteady = sets.length > 0 && sets.every(({ taskSet }) => taskSet.stabilityStatus === 'STEADY_STATE');
  if (service === undefined || service.isSteady || !isSteady) return;
  state.services.put({ ...withEvent(service, sentence.steady(service), clock.now(), ids), isSteady: true });
}

function hasTasksLeft({ state }: EcsContext, { taskSet }: TaskSetRecord): boolean {
  for (const record of state.tasks.inGroup(taskSet.serviceArn)) {
    if (record.revisionArn === taskSet.taskSetArn && !isStopped(record)) return true;
  }
  return false;
}
