import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { PlaceOverview } from '../../../../shared/model/overview.ts';
import type { ServiceDetail, ServiceRow } from '../../../../shared/model/service.ts';
import type { Answers } from '../../testing/engine.tsx';
import { openWindow } from '../../testing/window.tsx';

const CLUSTER_PAGE = '/a/sandbox/us-east-1/c/main';
const HOUR_MS = 3_600_000;
const READ_AT = new Date(Date.now() - 3 * HOUR_MS).toISOString();

const ROW: ServiceRow = {
  name: 'web',
  arn: 'arn:aws:ecs:us-east-1:123456789012:service/main/web',
  cluster: 'main',
  state: 'steady',
  desired: 4,
  running: 4,
  pending: 0,
  cells: [],
  revision: 'web:41',
  imageVersion: '1.8.3',
};

const DETAIL: ServiceDetail = {
  ...ROW,
  environment: 'production',
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:41',
  family: 'web',
  controller: 'ECS',
  configuration: [],
  runs: [],
  events: [],
  tags: [],
};

const CLUSTER = {
  name: 'main',
  arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/main',
  status: 'ACTIVE',
  environment: 'production' as const,
  services: 1,
  runningTasks: 4,
  pendingTasks: 0,
};

const KEPT_PLACE: PlaceOverview = {
  account: 'sandbox',
  region: 'us-east-1',
  state: 'failed',
  problem: "Couldn't reach ecs.example to list clusters.",
  isUnreachable: true,
  keptAt: READ_AT,
  clusters: [{ ...CLUSTER, rows: [] }],
};

let isCut = true;

beforeEach(() => {
  isCut = true;
});
afterEach(cleanup);

function unreachable(what: string): SlipwayError {
  return new SlipwayError('UNAVAILABLE', `Couldn't reach ecs.example to ${what}.`, {
    detail: { unreachable: 'ecs.example' },
  });
}

/** Fails until there is a network. */
function read<Answer>(what: string, value: Answer): Answer {
  if (isCut) throw unreachable(what);
  return value;
}

const ANSWERS: Answers = {
  'clusters.list': () => read('list clusters', [CLUSTER]),
  'overview.known': () => (isCut ? [KEPT_PLACE] : []),
  'overview.read': () => [KEPT_PLACE],
  'services.list': (_input, { emit }) => {
    emit({ kind: 'names', names: ['web'] });
    emit({ kind: 'rows', rows: [ROW] });
    emit({ kind: 'kept', rows: [{ name: 'web', readAt: READ_AT }] });
    return read('list services', [ROW]);
  },
  'services.get': () => read('describe web', DETAIL),
  'services.kept': () => ({ kept: { detail: DETAIL, readAt: READ_AT } }),
  'services.deployments': () => read('list deployments', []),
  'services.history': () => read('read the history', { releases: [], earlier: [], earlierCount: 0 }),
};

it('an address that AWS refuses says so once', async () => {
  const wrong = new SlipwayError('INVALID_INPUT', 'AWS refused to list services.');
  openWindow(CLUSTER_PAGE, {
    ...ANSWERS,
    'services.list': () => {
      throw wrong;
    },
    'daemons.list': () => {
      throw wrong;
    },
  });
  await waitFor(() => expect(screen.getAllByText(wrong.message)).toHaveLength(1));
  expect(screen.getByRole('main').textContent).toBe(`main${wrong.message}`);
});

describe('a start without a network', () => {
  it('says when the services on the screen were read, not when they were taken from the disk', async () => {
    openWindow(CLUSTER_PAGE, {
      ...ANSWERS,
      'journal.list': () => ({ entries: [] }),
      'daemons.list': () => read('list daemons', []),
    });
    await screen.findByText(/Couldn't reach ecs.example/);
    await waitFor(() => expect(screen.getByRole('contentinfo').textContent).toContain('Updated 3 h ago'));
    expect(screen.queryByText('No connection to AWS.'), 'the window says it').toBeNull();
  });

  it('shows the last state of a service with its age, offers no change, and says once that AWS cannot be reached', async () => {
    const { router } = openWindow(`${CLUSTER_PAGE}/s/web?dialog=deploy`, ANSWERS);
    expect(await screen.findByText('4 of 4 running · web:41')).toBeDefined();
    expect((await screen.findByText(/^Last read/)).textContent).toBe(
      'Last read 3 h ago. Nothing can be changed until AWS can be reached again.',
    );
    expect(await screen.findByText(/^Next try in \d+ s$/)).toBeDefined();
    expect(screen.getAllByText(/Couldn't reach/)).toHaveLength(1);
    for (const name of [/^Deploy…/, /^Roll back/, /^Scale/]) {
      expect(screen.getByRole('button', { name })).toHaveProperty('disabled', true);
    }
    expect(screen.queryByRole('dialog')).toBeNull();
    await userEvent.keyboard('s');
    expect(router.state.location.search).toEqual({ dialog: 'deploy' });

    isCut = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again now' }));
    await waitFor(() => expect(screen.queryByText(/^Last read/)).toBeNull());
    const deploy = screen.getByRole('button', { name: /^Deploy…/, hidden: true });
    expect(deploy).toHaveProperty('disabled', false);
  });

  it('shows the services of a cluster with their age', async () => {
    openWindow(CLUSTER_PAGE, ANSWERS);
    const services = within(await screen.findByRole('region', { name: 'Services' }));
    expect(await services.findByText('web')).toBeDefined();
    expect(await services.findByText('read 3 h ago')).toBeDefined();
    expect(screen.getAllByText(/Couldn't reach/)).toHaveLength(1);
  });

  it('lists the clusters of an account with their age', async () => {
    openWindow('/a/sandbox/us-east-1', ANSWERS);
    const page = within(await screen.findByRole('main'));
    expect(await page.findByRole('link', { name: 'main' })).toBeDefined();
    expect((await page.findByText(/^Last read/)).textContent).toContain('Last read 3 h ago.');
    expect(screen.getAllByText(/Couldn't reach/)).toHaveLength(1);
  });

  it('says on the overview of all accounts when their clusters were read, and the reason once', async () => {
    openWindow('/a/sandbox/us-east-1', ANSWERS);
    await userEvent.click(await screen.findByRole('link', { name: 'Overview' }));
    const page = within(await screen.findByRole('main'));
    expect(await page.findByText(/No connection to AWS\./)).toBeDefined();
    expect(page.getByText('3 h ago')).toBeDefined();
    expect(page.getByRole('link', { name: 'main' })).toBeDefined();
    expect(screen.getAllByText(/Couldn't reach/)).toHaveLength(1);
  });
});
