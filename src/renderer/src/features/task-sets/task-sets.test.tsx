import { cleanup, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { renderWithEngine } from '../../testing/engine.tsx';
import { SERVICE } from '../../testing/plan.ts';
import { TaskSets } from './task-sets.tsx';

afterEach(cleanup);

const BLUE = {
  id: 'ecs-svc/1',
  status: 'PRIMARY',
  revision: 'web:41',
  scalePercent: 100,
  desired: 3,
  running: 2,
  pending: 1,
  stability: 'STABILIZING',
};

describe('the task sets of a service', () => {
  it('are listed when the service is deployed with task sets', async () => {
    renderWithEngine(<TaskSets service={SERVICE} controller="EXTERNAL" />, {
      'services.taskSets': () => [BLUE],
    });
    expect(await screen.findByText('2 of 3 running, 1 pending')).toBeTruthy();
    expect(screen.getByText(/changes the primary task set/)).toBeTruthy();
  });

  it('are not requested when ECS deploys the service', () => {
    const { container } = renderWithEngine(<TaskSets service={SERVICE} controller="ECS" />, {});
    expect(container.querySelector('section')).toBeNull();
  });
});
