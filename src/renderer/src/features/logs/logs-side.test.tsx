import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { ServiceLogSource } from '../../../../shared/model/log.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { NO_FILTER } from './log-filter.ts';
import { LogsSide } from './logs-side.tsx';

afterEach(cleanup);

function aSource(number: number, stoppedAt?: string): ServiceLogSource {
  const taskId = `task-${number}`;
  return {
    taskId,
    container: 'app',
    revision: 'web:42',
    logGroup: '/ecs/web',
    logStream: `ecs/app/${taskId}`,
    state: stoppedAt === undefined ? 'running' : 'stopped',
    startedAt: '2026-01-02T03:00:00.000Z',
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
  };
}

it('the tasks of a crash loop begin with those that run and those that stopped last, thirty at a time', () => {
  const stopped = Array.from({ length: 400 }, (_, index) =>
    aSource(index, new Date(Date.UTC(2026, 0, 2, 3, 0, index)).toISOString()),
  );
  const none = new Map<string, number>();
  renderWithEngine(
    <LogsSide
      version=""
      sources={[...stopped, aSource(1_000)]}
      newest="web:42"
      counts={{ levels: none, tasks: none, containers: none, revisions: none }}
      filter={NO_FILTER}
      onFilter={() => undefined}
      marks={[]}
      onMark={() => undefined}
    />,
    {},
  );
  const listed = (): readonly string[] => screen.getAllByTitle(/^task-/).map(({ title }) => title);
  expect(listed()).toHaveLength(30);
  expect(listed().slice(0, 3)).toEqual(['task-1000', 'task-399', 'task-398']);
  fireEvent.click(screen.getByText('Show 30 more of 371 tasks'));
  expect(listed()).toHaveLength(60);
});
