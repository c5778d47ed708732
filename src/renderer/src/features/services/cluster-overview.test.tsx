import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import { openWindow } from '../../testing/window.tsx';

const CLUSTER = '/a/sandbox/us-east-1/c/main';

function row(name: string, state: ServiceRow['state']): ServiceRow {
  return {
    name,
    arn: `arn:aws:ecs:us-east-1:123456789012:service/main/${name}`,
    cluster: 'main',
    state,
    desired: 3,
    running: state === 'steady' ? 3 : 0,
    pending: 0,
    cells: [],
    revision: `${name}:3`,
    imageVersion: '1.2.7',
  };
}

afterEach(cleanup);

describe('the overview of a cluster', () => {
  it('says without a click what is failing, why, and what to do next', async () => {
    const problem = {
      kind: 'image-missing',
      sentence: 'The image of app was deleted: thumbnails:1.2.7.',
      nextStep: 'Push the image again.',
    } as const;
    openWindow(CLUSTER, {
      'services.list': () => [row('web', 'steady'), { ...row('thumbnails', 'failing'), problem }],
    });
    const attention = within(await screen.findByRole('list', { name: 'Needs attention' }));
    expect(attention.getAllByRole('link').map(({ textContent }) => textContent)).toEqual(['thumbnails']);
    expect(attention.getByText(problem.sentence)).toBeDefined();
    expect(attention.getByText(problem.nextStep)).toBeDefined();
    const states = screen.getByRole('list', { name: 'Services by state' });
    expect(states.textContent).toContain('1 Failing');
    expect(states.textContent).toContain('1 Healthy');
  });

  it('says that all services are healthy where none needs attention', async () => {
    openWindow(CLUSTER, { 'services.list': () => [row('web', 'steady')] });
    expect(await screen.findByText('All services are healthy')).toBeDefined();
  });

  it('does not call a cluster healthy while services are still read', async () => {
    openWindow(CLUSTER, {
      'services.list': (_input, { emit }) => {
        emit({ kind: 'names', names: ['web', 'api', 'jobs'] });
        emit({ kind: 'rows', rows: [row('web', 'steady')] });
        return new Promise(() => undefined);
      },
    });
    expect(await screen.findByText('Reading 2 more services')).toBeDefined();
    expect(screen.queryByText('All services are healthy')).toBeNull();
  });

  it('does not call services healthy whose rows were read long ago', async () => {
    openWindow(CLUSTER, {
      'services.list': (_input, { emit }) => {
        emit({ kind: 'names', names: ['web', 'api'] });
        emit({ kind: 'kept', rows: [{ name: 'api', readAt: '2026-01-01T00:00:00Z' }] });
        return [row('web', 'steady'), row('api', 'steady')];
      },
    });
    expect(
      await screen.findByText('No service needed attention when last read (1 over 30 s ago)'),
    ).toBeDefined();
    expect(screen.queryByText('All services are healthy')).toBeNull();
  });

  it('reads the services once, together with the list', async () => {
    let reads = 0;
    openWindow(CLUSTER, {
      'services.list': () => {
        reads += 1;
        return [row('web', 'steady')];
      },
    });
    await screen.findByText('All services are healthy');
    expect(reads).toBe(1);
  });
});
