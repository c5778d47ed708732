import type { Task } from '../../../shared/model/task.ts';

const ARN = 'arn:aws:ecs:eu-central-1:111122223333';

/** A running task of web:42, with what a test wants to be different. */
export function aTask(different: Partial<Task> = {}): Task {
  const id = different.id ?? 'a1';
  return {
    arn: `${ARN}:task/production/${id}`,
    id,
    state: 'running',
    revision: 'web:42',
    taskDefinitionArn: `${ARN}:task-definition/web:42`,
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    health: 'UNKNOWN',
    createdAt: '2026-01-02T03:00:10.000Z',
    consoleUrl: 'https://console.aws.amazon.com/ecs',
    containers: [],
    ...different,
  };
}

/** A stopped task, with its stop code and reason. */
export function aStoppedTask(stopCode: string, stoppedReason: string, different: Partial<Task> = {}): Task {
  return aTask({
    state: 'stopped',
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    stopCode,
    stoppedReason,
    ...different,
  });
}
