import { expect, it } from 'vitest';
import { serviceCells } from './service-row.ts';

it('shows the oldest deployment first, and places that stay empty because tasks fail', () => {
  const deployments = [
    { status: 'PRIMARY', desiredCount: 3, runningCount: 1, pendingCount: 1, failedTasks: 4 },
    { status: 'ACTIVE', desiredCount: 2, runningCount: 2 },
  ];
  expect(serviceCells({ deployments })).toEqual(['running', 'running', 'running', 'pending', 'failing']);
});

it('counts a service without deployments as a whole', () => {
  expect(serviceCells({ deployments: [], runningCount: 1, pendingCount: 1 })).toEqual(['running', 'pending']);
});

it('shrinks many tasks to 24 cells and loses no state', () => {
  const cells = serviceCells({
    deployments: [
      { status: 'PRIMARY', desiredCount: 100, runningCount: 1, pendingCount: 99 },
      { status: 'ACTIVE', runningCount: 900 },
    ],
  });
  expect(cells.length).toBeLessThanOrEqual(24);
  expect(cells).toEqual(expect.arrayContaining(['running', 'pending']));
});
