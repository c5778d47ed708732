import { placementOf } from './container-instances.ts';
import type { EcsContext } from './context.ts';
import { deploymentInFlight } from './deployment-progress.ts';
import { isGoingForward } from './deployment-state.ts';
import { hasReachedScaleUp, shiftsTraffic } from './deployment-steps.ts';
import { servingSource } from './deployment-traffic.ts';
import type { Placement } from './placement.ts';
import { isStuck, planScalingStep, taskBounds } from './rolling-bounds.ts';
import { sentence, withEvent } from './service-events.ts';
import { serviceTaskOrder } from './service-task-order.ts';
import { countTasks, inOrderOfLeaving, type ServiceTasks, sortTasks } from './service-tasks.ts';
import type { Rollout, ServiceDeploymentRecord, ServiceRecord, TaskRecord } from './state.ts';
import { lacksCapacity, newTask, type TaskOrder } from './task-factory.ts';
import type { TaskRunner } from './task-runner.ts';
import { isRunning, isStopped } from './task-transitions.ts';

/** Whether the container instances had capacity for all tasks that a round wanted to start. */
export type Room = 'enough' | 'lacking';

/** Starts and stops tasks of an active service, as many as one round of its scheduler may. */
export function scaleService(context: EcsContext, runner: TaskRunner, service: ServiceRecord): Room {
  const [primary] = service.rollouts;
  if (primary === undefined || primary.state === 'FAILED') return 'enough';
  const deployment = deploymentInFlight(context, service);
  if (deployment !== undefined && shiftsTraffic(deployment) && isGoingForward(deployment.status)) {
    return scaleBothSides(context, runner, service, deployment);
  }
  return replaceTasks(context, runner, service, primary);
}

/** Replaces the tasks of the source by those of the target, within the service's bounds. */
function replaceTasks(
  context: EcsContext,
  runner: TaskRunner,
  service: ServiceRecord,
  primary: Rollout,
): Room {
  const tasks = sortTasks(context.state, service);
  const bounds = taskBounds(service.desiredCount, service.settings.deploymentConfiguration);
  const step = planScalingStep(
    service.desiredCount,
    bounds,
    countTasks(tasks.target),
    countTasks(tasks.source),
  );
  const leaving = [
    ...inOrderOfLeaving(tasks.target, context.clock.now()).slice(0, step.stopTarget),
    ...inOrderOfLeaving(tasks.source, context.clock.now()).slice(0, step.stopSource),
  ];
  stopTasks(context, runner, service, leaving);
  const room = startTasks(
    context,
    runner,
    service,
    orderOf(context, service, primary.revisionArn),
    step.startTarget,
  );
  const waits = step.startTarget === 0 && leaving.length === 0 && tasks.leaving.length === 0;
  if (waits && tasks.source.length > 0 && isStuck(bounds)) say(context, service.arn, sentence.stuck(service));
  return room;
}

/** Keeps the source and the target at their full numbers while traffic is shifted from one to the other. */
function scaleBothSides(
  context: EcsContext,
  runner: TaskRunner,
  service: ServiceRecord,
  deployment: ServiceDeploymentRecord,
): Room {
  const tasks = sortTasks(context.state, service);
  const serving = servingSource(deployment, service.lastCompletedRevisionArn);
  const source = tasks.source.filter(({ revisionArn }) => revisionArn === serving);
  const others = tasks.source.filter(({ revisionArn }) => revisionArn !== serving);
  const phase = {
    startsTarget: hasReachedScaleUp(deployment),
    keepsSource: deployment.lifecycleStage !== 'CLEAN_UP',
  };
  const step = planShiftingStep(service.desiredCount, phase, tasks.target.length, source.length);
  stopTasks(context, runner, service, [
    ...inOrderOfLeaving(tasks.target, context.clock.now()).slice(0, step.stopTarget),
    ...inOrderOfLeaving(source, context.clock.now()).slice(0, step.stopSource),
    ...others,
  ]);
  const ordered = (revisionArn: string | undefined, count: number): Room =>
    startTasks(context, runner, service, orderOf(context, service, revisionArn), count);
  const rooms = [ordered(serving, step.startSource), ordered(deployment.targetRevisionArn, step.startTarget)];
  return rooms.includes('lacking') ? 'lacking' : 'enough';
}

function orderOf(
  context: EcsContext,
  service: ServiceRecord,
  revisionArn: string | undefined,
): TaskOrder | undefined {
  const revision = context.state.serviceRevisions.get(revisionArn ?? '');
  return revision === undefined ? undefined : serviceTaskOrder(context, service, revision);
}

/** Stops tasks on behalf of the service's PRIMARY deployment, and says so. */
export function stopTasks(
  context: EcsContext,
  runner: TaskRunner,
  service: ServiceRecord,
  records: readonly TaskRecord[],
): void {
  if (records.length === 0) return;
  const stoppedReason = `Scaling activity initiated by (deployment ${service.rollouts[0]?.id ?? ''})`;
  for (const { task } of records) {
    runner.stop(task.taskArn, { stopCode: 'ServiceSchedulerInitiated', stoppedReason });
  }
  const running = records.filter(isRunning);
  const targetGroups = new Set(running.flatMap(({ targetGroupArns }) => targetGroupArns));
  for (const targetGroup of targetGroups)
    say(context, service.arn, sentence.deregistered(service, targetGroup));
  if (targetGroups.size > 0) say(context, service.arn, sentence.draining(service, running.length));
  say(
    context,
    service.arn,
    sentence.stopped(
      service,
      records.map(({ task }) => task.taskArn),
    ),
  );
}

/** Says once that a service is steady: nothing is deployed, nothing comes or goes, all tasks are healthy. */
export function announceSteadyState(context: EcsContext, service: ServiceRecord): void {
  if (service.isSteady || !isSteady(context, service)) return;
  const told = withEvent(service, sentence.steady(service), context.clock.now(), context.ids);
  context.state.services.put({ ...told, isSteady: true });
}

/** Forgets deployments other than the PRIMARY that have no task left. */
export function dropEmptyRollouts({ state }: EcsContext, service: ServiceRecord): void {
  const inUse = new Set<string | undefined>();
  for (const record of state.tasks.inGroup(service.arn))
    if (!isStopped(record)) inUse.add(record.revisionArn);
  const rollouts = service.rollouts.filter(({ revisionArn }, index) => index === 0 || inUse.has(revisionArn));
  if (rollouts.length < service.rollouts.length) state.services.put({ ...service, rollouts });
}

/**
 * Starts tasks as long as there is capacity for them, and says so. Without an order there is nothing to start: its task
 * definition is permanently deleted.
 */
export function startTasks(
  context: EcsContext,
  runner: TaskRunner,
  service: ServiceRecord,
  order: TaskOrder | undefined,
  count: number,
): Room {
  if (order === undefined) return 'enough';
  if (count > 0 && lacksCapacity(context, order)) {
    sayOnce(context, service.arn, sentence.noCapacity(service));
    return 'lacking';
  }
  const started: string[] = [];
  let failed: Placement | undefined;
  for (let index = 0; index < count; index += 1) {
    const placement = placementOf(context, order);
    if (placement !== undefined && placement.kind !== 'placed') {
      failed = placement;
      break;
    }
    const record = newTask(context, { ...order, containerInstanceArn: placement?.instanceArn });
    runner.run(record);
    started.push(record.task.taskArn);
  }
  if (started.length > 0) say(context, service.arn, sentence.started(service, started));
  if (failed === undefined) return 'enough';
  sayOnce(context, service.arn, sentence.cannotPlace(service, failed));
  return 'lacking';
}

function isSteady(context: EcsContext, service: ServiceRecord): boolean {
  if (service.status !== 'ACTIVE' || deploymentInFlight(context, service) !== undefined) return false;
  const tasks: ServiceTasks = sortTasks(context.state, service);
  return (
    tasks.source.length === 0 &&
    tasks.leaving.length === 0 &&
    tasks.target.length === service.desiredCount &&
    countTasks(tasks.target).healthy === service.desiredCount
  );
}

/** Adds an event to the service as it is now; whatever is said, the service is not steady any more. */
function say({ state, clock, ids }: EcsContext, serviceArn: string, message: string): void {
  const service = state.services.get(serviceArn);
  if (service === undefined) return;
  state.services.put({ ...withEvent(service, message, clock.now(), ids), isSteady: false });
}

/** The same, but not again and again. */
function sayOnce(context: EcsContext, serviceArn: string, message: string): void {
  const [last] = context.state.services.get(serviceArn)?.events ?? [];
  if (last?.message !== message) say(context, serviceArn, message);
}

/** Where a deployment that shifts traffic stands. */
interface ShiftingPhase {
  /** From SCALE_UP on. */
  readonly startsTarget: boolean;
  /** Until CLEAN_UP. */
  readonly keepsSource: boolean;
}

interface ShiftingStep {
  readonly startTarget: number;
  readonly stopTarget: number;
  readonly startSource: number;
  readonly stopSource: number;
}

/**
 * What one round of the service scheduler starts and stops while traffic is shifted: both sides have all of their
 * tasks, so that traffic can go back at any time. Counts are of tasks that are meant to run.
 */
function planShiftingStep(
  desired: number,
  { startsTarget, keepsSource }: ShiftingPhase,
  target: number,
  source: number,
): ShiftingStep {
  const wantedOfTarget = startsTarget ? desired : 0;
  const wantedOfSource = keepsSource ? desired : 0;
  return {
    startTarget: Math.max(0, wantedOfTarget - target),
    stopTarget: Math.max(0, target - wantedOfTarget),
    startSource: Math.max(0, wantedOfSource - source),
    stopSource: Math.max(0, source - wantedOfSource),
  };
}
