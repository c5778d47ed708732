import { describe, expect, it } from 'vitest';
import { aStoppedTask, aTask } from '../testing/task.ts';
import { failureGroups, mainFailure } from './failure-groups.ts';
import { failureOf } from './task-failure.ts';

const EXITED = 'Essential container in task exited';

describe('failureOf', () => {
  it.each([
    ['Something that nobody has seen', 'could not start: Something that nobody has seen'],
    ['CannotPullContainerError: no space left on device', 'could not start: its image could not be pulled'],
  ])('describes %s', (reason, cause) => {
    expect(failureOf(aStoppedTask('TaskFailedToStart', reason))?.cause).toBe(cause);
  });

  it('names the container that exited by itself, not those that were killed with it', () => {
    const task = aStoppedTask('EssentialContainerExited', EXITED, {
      containers: [
        { name: 'proxy', exitCode: 137 },
        { name: 'web', exitCode: 1 },
      ],
    });
    expect(failureOf(task)).toEqual({
      kind: 'crashed',
      container: 'web',
      exitCode: 1,
      cause: 'exited with code 1',
      reason: EXITED,
    });
  });

  it('distinguishes out of memory from a kill', () => {
    const containers = [
      { name: 'proxy', exitCode: 2 },
      { name: 'web', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
    ];
    expect(failureOf(aStoppedTask('EssentialContainerExited', EXITED, { containers }))).toMatchObject({
      kind: 'out-of-memory',
      container: 'web',
      exitCode: 137,
      cause: 'ran out of memory',
    });
  });

  it('blames no container for the health checks of the load balancer', () => {
    const task = aStoppedTask(
      'ServiceSchedulerInitiated',
      'Task failed ELB health checks in (target-group web)',
      {
        containers: [{ name: 'web', exitCode: 143 }],
      },
    );
    expect(failureOf(task)).toEqual({
      kind: 'load-balancer-health',
      cause: 'failed the health checks of the load balancer',
      reason: 'Task failed ELB health checks in (target-group web)',
    });
  });

  it('ignores running tasks, and tasks stopped by a deployment or scaling', () => {
    expect(failureOf(aTask())).toBeUndefined();
    const scaledIn = aStoppedTask(
      'ServiceSchedulerInitiated',
      'Scaling activity initiated by (deployment ecs-svc/1)',
      {
        containers: [{ name: 'web', exitCode: 143 }],
      },
    );
    expect(failureOf(scaledIn)).toBeUndefined();
  });
});

describe('failureGroups', () => {
  it('puts the most frequent cause first and keeps its last time', () => {
    const crash = (id: string, stoppedAt: string) =>
      aStoppedTask('EssentialContainerExited', EXITED, {
        id,
        stoppedAt,
        containers: [{ name: 'web', exitCode: 1 }],
      });
    const groups = failureGroups([
      aStoppedTask('UserInitiated', 'Task stopped by user', { id: 'b' }),
      crash('c', '2026-01-02T03:02:00.000Z'),
      crash('d', '2026-01-02T03:01:00.000Z'),
    ]);
    expect(groups).toMatchObject([
      { cause: 'exited with code 1', times: 2, lastAt: '2026-01-02T03:02:00.000Z' },
      { cause: 'was stopped manually', times: 1 },
    ]);
    expect(mainFailure(groups)).toBe('web exited with code 1 (2 times in 1 minute)');
  });
});
