import { describe, expect, it } from 'vitest';
import { aStoppedTask, aTask } from '../../testing/task.ts';
import { type Movement, readyTasks, taskGroupsOf } from './task-groups.ts';

const OLD = { revision: 'web:41', taskDefinitionArn: aTask().taskDefinitionArn.replace('42', '41') };
const movement: Movement = {
  targetArn: aTask().taskDefinitionArn,
  target: 'web:42',
  source: 'web:41',
  requested: 3,
  createdAt: '2026-01-02T03:00:00.000Z',
};

function crashed(id: string, stoppedAt: string) {
  return aStoppedTask('EssentialContainerExited', 'Essential container in task exited', {
    id,
    stoppedAt,
    containers: [{ name: 'web', exitCode: 1 }],
  });
}

describe('readyTasks', () => {
  const stopping = aTask({ id: 'leaving', state: 'stopping', lastStatus: 'RUNNING' });

  it('leaves out a task that ECS still counts while it stops', () => {
    expect(readyTasks(movement, [aTask({ id: 'one' }), stopping], 2)).toBe(1);
  });

  it('is what ECS counts where not all of its tasks are listed yet', () => {
    expect(readyTasks(movement, [stopping], 2)).toBe(2);
    expect(readyTasks(movement, [aTask({ id: 'one' }), aTask({ id: 'two' })], 1)).toBe(1);
  });
});

describe('taskGroupsOf', () => {
  it('shows the newest failures in the cells that wait for another try', () => {
    const [, comes] = taskGroupsOf(movement, [
      crashed('f1', '2026-01-02T03:01:00.000Z'),
      crashed('f3', '2026-01-02T03:03:00.000Z'),
      crashed('f2', '2026-01-02T03:02:00.000Z'),
      aTask({ id: 'p', state: 'pending', lastStatus: 'PENDING' }),
    ]);
    expect(comes?.cells.map(({ taskId, state }) => `${taskId} ${state}`)).toEqual([
      'p pending',
      'f3 failing',
      'f2 failing',
    ]);
    expect(comes?.cells[1]?.label).toBe('f3, web exited with code 1');
    expect(comes?.summary).toBe('0 of 3 running, 1 starting, 3 failed');
  });

  it('separates the groups of a forced deployment by time', () => {
    const before = aTask({ id: 'before', createdAt: '2026-01-02T02:00:00.000Z' });
    const [goes, comes] = taskGroupsOf({ ...movement, source: 'web:42' }, [before, aTask({ id: 'after' })]);
    expect([goes?.cells[0]?.taskId, comes?.cells[0]?.taskId]).toEqual(['before', 'after']);
  });

  it('shows tasks that a rollback starts as the old group, without its stopped tasks', () => {
    const [goes] = taskGroupsOf(movement, [
      aTask({ id: 'again', ...OLD, createdAt: '2026-01-02T03:05:00.000Z' }),
      aTask({ id: 'leaving', ...OLD, state: 'stopping', lastStatus: 'DEACTIVATING' }),
      aStoppedTask('ServiceSchedulerInitiated', 'Scaling activity', { id: 'gone', ...OLD }),
    ]);
    expect(goes?.cells.map(({ taskId }) => taskId)).toEqual(['again', 'leaving']);
    expect(goes?.summary).toBe('1 running, 1 stopping');
  });

  it('shows the failures after ECS has given up', () => {
    const failed = ['f1', 'f2', 'f3', 'f4'].map((id) => crashed(id, `2026-01-02T03:0${id.at(1)}:00.000Z`));
    const [, comes] = taskGroupsOf({ ...movement, requested: 0 }, failed);
    expect(comes?.cells.map(({ taskId }) => taskId)).toEqual(['f4', 'f3', 'f2']);
    expect(comes?.summary).toBe('4 failed');
  });

  it('has one row for the first deployment of a service', () => {
    const { source: _none, ...first } = movement;
    expect(taskGroupsOf(first, [aTask({ state: 'healthy' })])).toMatchObject([
      { role: 'new', summary: '1 of 3 healthy' },
    ]);
  });
});
