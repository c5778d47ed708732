import type { HealthCheck, TaskStopCode } from '@aws-sdk/client-ecs';
import { assertNever } from './assert-never.ts';
import type { Behaviour } from './task-behaviour.ts';

/** The states of a task, in the order in which it goes through them. */
export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

/** Why a task stops, in the words of DescribeTasks. */
export interface StopCause {
  readonly stopCode: TaskStopCode;
  readonly stoppedReason: string;
  /** What happened to the container that made the task stop; undefined when it was told to. */
  readonly container?: ContainerFailure;
}

export interface ContainerFailure {
  readonly name: string;
  readonly exitCode?: number;
  readonly reason?: string;
}

/** Something that happens to a task by itself, `afterSeconds` virtual seconds after what came before. */
export type LifeStep = { readonly afterSeconds: number } & (
  | { readonly kind: 'enter'; readonly status: TaskStatus }
  | { readonly kind: 'become-healthy' }
  | { readonly kind: 'fail'; readonly cause: StopCause }
  | { readonly kind: 'forget' }
);

/** What decides how a task's life goes. */
export interface LifePlan {
  readonly containers: readonly PlannedContainer[];
  /** The first target group whose health checks the task must pass. */
  readonly targetGroupArn: string | undefined;
  readonly healthCheckGracePeriodSeconds: number;
  /** From 0 to 1: how quick this task is, so that tasks do not move in lockstep. */
  readonly pace: number;
}

export interface PlannedContainer {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly healthCheck: HealthCheck | undefined;
  readonly behaviour: Behaviour;
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
  const unstartable = firstCause(plan.containers, causeBeforeRunning);
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
    afterStart(plan, essential),
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

function afterStart(plan: LifePlan, essential: readonly PlannedContainer[]): LifeStep {
  const crash = firstCause(essential, causeWhileRunning);
  if (crash !== undefined) return crash;
  const sick = essential.find(({ behaviour }) => behaviour.kind === 'unhealthy');
  const checked = essential.filter(({ healthCheck }) => healthCheck !== undefined);
  if (sick?.healthCheck !== undefined) {
    return {
      kind: 'fail',
      afterSeconds: secondsUntilUnhealthy(sick.healthCheck),
      cause: {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed container health checks',
        container: { name: sick.name },
      },
    };
  }
  if (sick !== undefined && plan.targetGroupArn !== undefined) {
    return {
      kind: 'fail',
      afterSeconds: plan.healthCheckGracePeriodSeconds + TARGET_UNHEALTHY_SECONDS,
      cause: {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: `Task failed ELB health checks in (target-group ${plan.targetGroupArn})`,
      },
    };
  }
  const checks = checked.map(({ healthCheck }) => healthCheck?.interval ?? HEALTH_CHECK_INTERVAL_SECONDS);
  const targetHealthy = plan.targetGroupArn === undefined ? 0 : TARGET_HEALTHY_SECONDS;
  return { kind: 'become-healthy', afterSeconds: Math.max(SETTLING_SECONDS, targetHealthy, ...checks) };
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

/** ECS pulls every image before it starts a task, so one that cannot be had stops the task, essential or not. */
function causeBeforeRunning({ name, image, behaviour }: PlannedContainer): StopCause | undefined {
  switch (behaviour.kind) {
    case 'cannot-pull':
      return failedToStart(
        name,
        `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
      );
    case 'exec-format-error':
      return failedToStart(
        name,
        'CannotStartContainerError: Error response from daemon: failed to create task for container: failed to start shim: exec format error',
      );
    case 'healthy':
    case 'slow':
    case 'crash':
    case 'out-of-memory':
    case 'unhealthy':
      return undefined;
    default:
      return assertNever(behaviour);
  }
}

function failedToStart(name: string, reason: string): StopCause {
  return { stopCode: 'TaskFailedToStart', stoppedReason: reason, container: { name, reason } };
}

function causeWhileRunning({ name, behaviour }: PlannedContainer): LifeStep | undefined {
  switch (behaviour.kind) {
    case 'crash':
      return exits(behaviour.afterSeconds, { name, exitCode: behaviour.exitCode });
    case 'out-of-memory':
      return exits(behaviour.afterSeconds, {
        name,
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
      });
    case 'healthy':
    case 'slow':
    case 'unhealthy':
    case 'cannot-pull':
    case 'exec-format-error':
      return undefined;
    default:
      return assertNever(behaviour);
  }
}

function exits(afterSeconds: number, container: ContainerFailure): LifeStep {
  const cause: StopCause = {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    container,
  };
  return { kind: 'fail', afterSeconds, cause };
}

function extraSecondsOf(behaviour: Behaviour): number {
  return behaviour.kind === 'slow' ? behaviour.extraSeconds : 0;
}

function secondsUntilUnhealthy({ startPeriod = 0, interval, retries }: HealthCheck): number {
  return startPeriod + (interval ?? HEALTH_CHECK_INTERVAL_SECONDS) * (retries ?? HEALTH_CHECK_RETRIES);
}
