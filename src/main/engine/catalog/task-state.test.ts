import { expect, it } from 'vitest';
import { taskState } from './service-state.ts';

it.each([
  [{ lastStatus: 'PROVISIONING', desiredStatus: 'RUNNING' }, 'pending'],
  [{ lastStatus: 'ACTIVATING', desiredStatus: 'RUNNING' }, 'pending'],
  [{ lastStatus: 'A_NEW_WORD', desiredStatus: 'RUNNING' }, 'pending'],
  [{ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' }, 'running'],
  [{ lastStatus: 'RUNNING', desiredStatus: 'RUNNING', healthStatus: 'HEALTHY' }, 'healthy'],
  [{ lastStatus: 'RUNNING', desiredStatus: 'RUNNING', healthStatus: 'UNHEALTHY' }, 'failing'],
  [{ lastStatus: 'RUNNING', desiredStatus: 'STOPPED', healthStatus: 'HEALTHY' }, 'stopping'],
  [{ lastStatus: 'DEACTIVATING', desiredStatus: 'STOPPED' }, 'stopping'],
  [{ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' }, 'stopped'],
  [{ lastStatus: 'STOPPED', stopCode: 'UserInitiated', containers: [{ exitCode: 137 }] }, 'stopped'],
  [{ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' }, 'failing'],
  [{ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited', containers: [{ exitCode: 1 }] }, 'failing'],
  [{ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited', containers: [{ exitCode: 0 }] }, 'stopped'],
  [
    {
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      containers: [{ reason: 'OutOfMemoryError' }],
    },
    'failing',
  ],
] as const)('%j is %s', (task, state) => {
  expect(taskState({ ...task, containers: 'containers' in task ? [...task.containers] : [] })).toBe(state);
});
