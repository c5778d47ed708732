import type { ScheduledEvent } from '../../../core/clock.ts';
import { assertNever } from './assert-never.ts';
import type { EcsContext } from './context.ts';
import type { LifeStep, StopCause } from './life-step.ts';
import type { TaskRecord } from './state.ts';
import { writeTaskLogs } from './task-logs.ts';
import {
  becomeHealthy,
  beginStop,
  containersWithHealthCheck,
  enterTaskStatus,
  isMeantToRun,
  isRunning,
  pastFirstStep,
} from './task-transitions.ts';

/** What the service of a task wants to know about it. */
export type TaskNews = 'changed' | 'started' | 'healthy' | 'failed' | 'stopped';

export interface TaskRunner {
  /** Takes a task on: stores it and lets its life go by. Also takes up tasks that were stored before. */
  run(record: TaskRecord): void;
  /** Sends a task on its way out; one that is on its way already continues as it was. */
  stop(taskArn: string, cause: StopCause): void;
}

/** Moves tasks through their lives on the clock. Each step is one event; a settled task has none. */
export function createTaskRunner(
  context: EcsContext,
  onNews: (record: TaskRecord, news: TaskNews) => void,
): TaskRunner {
  const { state, clock } = context;
  const timers = new Map<string, ScheduledEvent>();

  function put(record: TaskRecord): void {
    const { taskArn } = record.task;
    timers.get(taskArn)?.cancel();
    timers.delete(taskArn);
    state.tasks.put(record);
    if (record.nextAt !== undefined) {
      timers.set(
        taskArn,
        clock.schedule(record.nextAt, () => takeStep(taskArn)),
      );
    }
  }

  function takeStep(taskArn: string): void {
    timers.delete(taskArn);
    const record = state.tasks.get(taskArn);
    const step = record?.ahead[0];
    if (record === undefined || step === undefined) return;
    apply(record, step, clock.now());
  }

  function apply(record: TaskRecord, step: LifeStep, at: Date): void {
    switch (step.kind) {
      case 'enter': {
        const entered = enterTaskStatus(pastFirstStep(record, at), step.status, at);
        put(entered);
        if (isRunning(entered)) writeTaskLogs(context, entered, { kind: 'started' });
        onNews(entered, isRunning(entered) ? 'started' : step.status === 'STOPPED' ? 'stopped' : 'changed');
        return;
      }
      case 'become-healthy': {
        const healthy = becomeHealthy(pastFirstStep(record, at), checkedContainers(record));
        put(healthy);
        writeTaskLogs(context, healthy, { kind: 'healthy' });
        onNews(healthy, 'healthy');
        return;
      }
      case 'fail': {
        const failed = beginStop(record, step.cause, at);
        put(failed);
        writeTaskLogs(context, failed, { kind: 'failed', cause: step.cause });
        onNews(failed, 'failed');
        return;
      }
      case 'forget':
        state.tasks.delete(record.task.taskArn);
        return;
      default:
        assertNever(step);
    }
  }

  function checkedContainers({ task }: TaskRecord): ReadonlySet<string> {
    const record = state.taskDefinitions.get(task.taskDefinitionArn);
    return record === undefined ? new Set() : containersWithHealthCheck(record.definition);
  }

  return {
    run: put,
    stop(taskArn, cause) {
      const record = state.tasks.get(taskArn);
      if (record === undefined || !isMeantToRun(record)) return;
      const stopping = beginStop(record, cause, clock.now());
      put(stopping);
      if (isRunning(record)) writeTaskLogs(context, record, { kind: 'told-to-stop' });
      onNews(stopping, 'changed');
    },
  };
}
