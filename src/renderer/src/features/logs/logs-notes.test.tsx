import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { renderWithEngine } from '../../testing/engine.tsx';
import { createLogStore } from './log-store.ts';
import { NoLines } from './logs-notes.tsx';

afterEach(cleanup);

const SOURCE = {
  taskId: 'task-1',
  container: 'app',
  revision: 'web:42',
  logGroup: '/ecs/web',
  logStream: 'ecs/app/task-1',
  state: 'running',
  startedAt: '2026-01-02T03:00:00.000Z',
} as const;

it.each([
  ['a group that is refused', [SOURCE], 'No lines in this time range'],
  ['groups of which none can be read', [], 'No logs that Slipway can read'],
])('an empty list names %s, in place of the promise of new lines', (_what, sources, title) => {
  const denied = 'The log group /ecs/web is not read: logs:FilterLogEvents is not allowed.';
  renderWithEngine(
    <NoLines
      lines={{
        store: createLogStore(),
        stream: { current: { state: 'running' }, restart: () => undefined },
        sources: { kind: 'sources', via: 'polls', sources, notRead: [denied] },
        isCaughtUp: true,
      }}
      isFiltered={false}
      window={{ since: '2026-01-02T02:00:00.000Z', until: undefined, hasDates: false }}
      onClear={() => undefined}
      onLonger={() => undefined}
    />,
    {},
  );
  expect(screen.getByText(title)).toBeDefined();
  expect(screen.getByText(denied)).toBeDefined();
  expect(screen.queryByText(/New lines appear here/)).toBeNull();
});
