import type { Attachment, Container } from '@aws-sdk/client-ecs';
import { assertNever } from './assert-never.ts';
import { secondsAfter } from './context.ts';
import type { LifeStep, StopCause, TaskStatus } from './life-step.ts';
import type { TaskDefinitionRecord, TaskRecord } from './state.ts';
import { planStop } from './task-life.ts';

type Task = TaskRecord['task'];

/** Whether ECS wants the task to run: it is starting or running, and not on its way out. */
export function isMeantToRun({ task }: TaskRecord): boolean {
  return task.desiredStatus === 'RUNNING';
}

export function isRunning({ task }: TaskRecord): boolean {
  return task.lastStatus === 'RUNNING';
}

export function isStopped({ task }: TaskRecord): boolean {
  return task.lastStatus === 'STOPPED';
}

/** The task in its next state. */
export function enterTaskStatus(record: TaskRecord, status: TaskStatus, at: Date): TaskRecord {
  return {
    ...record,
    task: {
      ...record.task,
      ...changeAt(record.task, status, at),
      lastStatus: status,
      version: (record.task.version ?? 0) + 1,
    },
  };
}

/** The task with its health checks passed. Containers without a check of their own stay UNKNOWN, as in ECS. */
export function becomeHealthy(record: TaskRecord, checkedContainers: ReadonlySet<string>): TaskRecord {
  const containers = record.task.containers.map(
    (container): Container =>
      checkedContainers.has(container.name ?? '') ? { ...container, healthStatus: 'HEALTHY' } : container,
  );
  const healthStatus = checkedContainers.size > 0 ? 'HEALTHY' : 'UNKNOWN';
  return { ...record, isHealthy: true, task: { ...record.task, containers, healthStatus } };
}

/** The names of the containers that ECS checks the health of. */
export function containersWithHealthCheck({
  containerDefinitions,
}: TaskDefinitionRecord['definition']): ReadonlySet<string> {
  const checked = containerDefinitions.filter(({ healthCheck }) => healthCheck !== undefined);
  return new Set(checked.map(({ name }) => name ?? ''));
}

/** The task on its way out: told to stop, or stopped by the failure of a container. */
export function beginStop(record: TaskRecord, cause: StopCause, at: Date): TaskRecord {
  const { task } = record;
  const ahead = planStop(statusOf(task), record.targetGroupArns.length > 0);
  const isUnhealthy = cause.stopCode === 'ServiceSchedulerInitiated' && cause.container !== undefined;
  return {
    ...record,
    isHealthy: false,
    ahead,
    nextAt: secondsAfter(at, ahead[0]?.afterSeconds ?? 0),
    task: {
      ...task,
      desiredStatus: 'STOPPED',
      lastStatus: 'DEACTIVATING',
      stopCode: cause.stopCode,
      stoppedReason: cause.stoppedReason,
      stoppingAt: at,
      version: (task.version ?? 0) + 1,
      ...(isUnhealthy ? { healthStatus: 'UNHEALTHY' } : {}),
      containers: task.containers.map((container) => failContainer(container, cause, isUnhealthy)),
    },
  };
}

/** What is left of a task's life once its first step is done. */
export function pastFirstStep(record: TaskRecord, at: Date): TaskRecord {
  const ahead: readonly LifeStep[] = record.ahead.slice(1);
  const next = ahead[0];
  return { ...record, ahead, nextAt: next === undefined ? undefined : secondsAfter(at, next.afterSeconds) };
}

function failContainer(
  container: Container,
  { container: failure }: StopCause,
  isUnhealthy: boolean,
): Container {
  if (failure === undefined || failure.name !== container.name) return container;
  if (isUnhealthy) return { ...container, healthStatus: 'UNHEALTHY' };
  return {
    ...container,
    lastStatus: 'STOPPED',
    ...(failure.exitCode === undefined ? {} : { exitCode: failure.exitCode }),
    ...(failure.reason === undefined ? {} : { reason: failure.reason }),
  };
}

function changeAt(task: Task, status: TaskStatus, at: Date): Partial<Task> {
  switch (status) {
    case 'PENDING':
      return {
        connectivity: 'CONNECTED',
        connectivityAt: at,
        pullStartedAt: at,
        attachments: withStatus(task.attachments, 'ATTACHED'),
      };
    case 'ACTIVATING':
      return { pullStoppedAt: at };
    case 'RUNNING':
      return {
        startedAt: at,
        containers: task.containers.map((each) => ({ ...each, lastStatus: 'RUNNING' })),
      };
    case 'DEPROVISIONING':
      return { executionStoppedAt: at, containers: task.containers.map((each) => stopContainer(each, task)) };
    case 'STOPPED':
      return {
        stoppedAt: at,
        connectivity: 'DISCONNECTED',
        attachments: withStatus(task.attachments, 'DELETED'),
      };
    case 'PROVISIONING':
    case 'DEACTIVATING':
    case 'STOPPING':
      return {};
    default:
      return assertNever(status);
  }
}

/** A container that never ran has no exit code; one that was told to stop ends well. */
function stopContainer(container: Container, { startedAt }: Task): Container {
  if (container.lastStatus === 'STOPPED') return container;
  return { ...container, lastStatus: 'STOPPED', ...(startedAt === undefined ? {} : { exitCode: 0 }) };
}

function withStatus(attachments: Attachment[] | undefined, status: string): Attachment[] {
  return (attachments ?? []).map((attachment) => ({ ...attachment, status }));
}

const STATUSES: readonly TaskStatus[] = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
];

/** The SDK types a task's state as any text. */
function statusOf(task: Task): TaskStatus {
  return STATUSES.find((status) => status === task.lastStatus) ?? 'STOPPED';
}
