import { expect, it } from 'vitest';
import { serviceCells } from './service-state.ts';

it('service cells show the oldest deployment first, and failing cells where tasks are missing', () => {
  const deployments = [
    { status: 'PRIMARY', desiredCount: 3, runningCount: 1, pendingCount: 1, failedTasks: 4 },
    { status: 'ACTIVE', desiredCount: 2, runningCount: 2 },
  ];
  expect(serviceCells({ deployments })).toEqual(['running', 'running', 'running', 'pending', 'failing']);
});

it('service cells of a service without deployments show its totals', () => {
  expect(serviceCells({ deployments: [], runningCount: 1, pendingCount: 1 })).toEqual(['running', 'pending']);
});

it('service cells shrink many tasks to 24 cells and lose no state', () => {
  const cells = serviceCells({
    deployments: [
      { status: 'PRIMARY', desiredCount: 100, runningCount: 1, pendingCount: 99 },
      { status: 'ACTIVE', runningCount: 900 },
    ],
  });
  expect(cells.length).toBeLessThanOrEqual(24);
  expect(cells).toEqual(expect.arrayContaining(['running', 'pending']));
});
