import type { HealthCheck } from '@aws-sdk/client-ecs';
import type { LifeStep, StopCause, TaskStatus } from './life-step.ts';
import type { PlannedContainer } from './planned-container.ts';
import type { Behaviour } from './task-behaviour.ts';
import { causeBeforeRunning, causeWhileRunning, interruption } from './task-failures.ts';

/** What decides how a task's life goes. */
export interface LifePlan {
  /** Why it does not come as far as its images. */
  readonly accessFailure: StopCause | undefined;
  readonly containers: readonly PlannedContainer[];
  /** The first target group whose health checks the task must pass. */
  readonly targetGroupArn: string | undefined;
  readonly healthCheckGracePeriodSeconds: number;
  /** From 0 to 1: how quick this task is, so that tasks do not move in lockstep. */
  readonly pace: number;
}

const PROVISIONING_SECONDS = 10;
const PULL_SECONDS = 22;
const ACTIVATING_SECONDS = 5;
/** A task without any health check counts as healthy when it has run this long. */
const SETTLING_SECONDS = 20;
const TARGET_HEALTHY_SECONDS = 30;
const TARGET_UNHEALTHY_SECONDS = 60;
/** Docker's defaults, which ECS takes over. */
const HEALTH_CHECK_INTERVAL_SECONDS = 30;
const HEALTH_CHECK_RETRIES = 3;
const DRAINING_SECONDS = 25;
const STOPPING_SECONDS = 8;
const DEPROVISIONING_SECONDS = 10;
/** DescribeTasks shows a stopped task for about an hour. */
const STOPPED_TASK_KEPT_SECONDS = 3600;

/** The life of a task from PROVISIONING until it is healthy, or until it fails. */
export function planStart(plan: LifePlan): readonly LifeStep[] {
  const essential = plan.containers.filter((container) => container.essential);
  const unstartable = plan.accessFailure ?? firstCause(plan.containers, causeBeforeRunning);
  const stretch = 0.8 + plan.pace * 0.5;
  const pending: LifeStep[] = [
    { kind: 'enter', status: 'PENDING', afterSeconds: PROVISIONING_SECONDS * stretch },
  ];
  if (unstartable !== undefined) {
    return [...pending, { kind: 'fail', cause: unstartable, afterSeconds: PULL_SECONDS * stretch }];
  }
  const extraSeconds = Math.max(0, ...essential.map(({ behaviour }) => extraSecondsOf(behaviour)));
  return [
    ...pending,
    { kind: 'enter', status: 'ACTIVATING', afterSeconds: PULL_SECONDS * stretch },
    { kind: 'enter', status: 'RUNNING', afterSeconds: ACTIVATING_SECONDS * stretch + extraSeconds },
    ...afterStart(plan, essential),
  ];
}

/** The way of a task from RUNNING, or earlier, to STOPPED, and out of sight an hour later. */
export function planStop(from: TaskStatus, isBehindLoadBalancer: boolean): readonly LifeStep[] {
  const drains = from === 'RUNNING' && isBehindLoadBalancer;
  return [
    { kind: 'enter', status: 'STOPPING', afterSeconds: drains ? DRAINING_SECONDS : 0 },
    { kind: 'enter', status: 'DEPROVISIONING', afterSeconds: STOPPING_SECONDS },
    { kind: 'enter', status: 'STOPPED', afterSeconds: DEPROVISIONING_SECONDS },
    { kind: 'forget', afterSeconds: STOPPED_TASK_KEPT_SECONDS },
  ];
}

function afterStart(plan: LifePlan, essential: readonly PlannedContainer[]): readonly LifeStep[] {
  const failure =
    firstCause(essential, causeWhileRunning) ??
    failedContainerCheck(essential) ??
    failedTargetCheck(plan, essential);
  if (failure !== undefined) return [failure];
  const checks = essential.map(({ healthCheck }) =>
    healthCheck === undefined ? 0 : (healthCheck.interval ?? HEALTH_CHECK_INTERVAL_SECONDS),
  );
  const targetHealthy = plan.targetGroupArn === undefined ? 0 : TARGET_HEALTHY_SECONDS;
  const later = firstCause(essential, interruption) ?? laterFailedCheck(plan, essential);
  return [
    { kind: 'become-healthy', afterSeconds: Math.max(SETTLING_SECONDS, targetHealthy, ...checks) },
    ...(later === undefined ? [] : [later]),
  ];
}

function failedContainerCheck(essential: readonly PlannedContainer[]): LifeStep | undefined {
  const sick = essential.find(
    ({ behaviour, healthCheck }) => behaviour.kind === 'unhealthy' && healthCheck !== undefined,
  );
  if (sick?.healthCheck === undefined) return undefined;
  return {
    kind: 'fail',
    afterSeconds: secondsUntilUnhealthy(sick.healthCheck),
    cause: containerCheckFailed(sick),
  };
}

/** A task that was healthy for a while. */
function laterFailedCheck(plan: LifePlan, essential: readonly PlannedContainer[]): LifeStep | undefined {
  const sick = essential.find(({ behaviour }) => behaviour.kind === 'unhealthy-later');
  if (sick?.behaviour.kind !== 'unhealthy-later') return undefined;
  const { afterSeconds } = sick.behaviour;
  if (sick.healthCheck !== undefined)
    return { kind: 'fail', afterSeconds, cause: containerCheckFailed(sick) };
  const { targetGroupArn } = plan;
  return targetGroupArn === undefined
    ? undefined
    : { kind: 'fail', afterSeconds, cause: targetCheckFailed(targetGroupArn) };
}

function containerCheckFailed({ name }: PlannedContainer): StopCause {
  return {
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: 'Task failed container health checks',
    container: { name, lastLines: ['GET /healthz 503 1ms', 'GET /healthz 503 1ms'] },
  };
}

function targetCheckFailed(targetGroupArn: string): StopCause {
  return {
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: `Task failed ELB health checks in (target-group ${targetGroupArn})`,
  };
}

function failedTargetCheck(plan: LifePlan, essential: readonly PlannedContainer[]): LifeStep | undefined {
  const isSick = essential.some(
    ({ behaviour }) => behaviour.kind === 'unhealthy' || behaviour.kind === 'unhealthy-target',
  );
  if (!isSick || plan.targetGroupArn === undefined) return undefined;
  return {
    kind: 'fail',
    afterSeconds: plan.healthCheckGracePeriodSeconds + TARGET_UNHEALTHY_SECONDS,
    cause: targetCheckFailed(plan.targetGroupArn),
  };
}

function firstCause<T>(
  containers: readonly PlannedContainer[],
  find: (container: PlannedContainer) => T | undefined,
): T | undefined {
  for (const container of containers) {
    const found = find(container);
    if (found !== undefined) return found;
  }
  return undefined;
}

function extraSecondsOf(behaviour: Behaviour): number {
  return behaviour.kind === 'slow' ? behaviour.extraSeconds : 0;
}

function secondsUntilUnhealthy({ startPeriod = 0, interval, retries }: HealthCheck): number {
  return startPeriod + (interval ?? HEALTH_CHECK_INTERVAL_SECONDS) * (retries ?? HEALTH_CHECK_RETRIES);
}
