import { createMemoryHistory } from '@tanstack/react-router';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../shared/client.ts';
import type { Transport } from '../../../shared/transport.ts';
import { readFirstPlace } from '../lib/first-reads.ts';
import { startAhead } from '../lib/head-start.ts';
import { createQueryClient } from '../lib/queries.ts';
import { type Answers, createTestTransport, installMissingBrowserParts } from '../testing/engine.tsx';
import { frameAnswers } from '../testing/window.tsx';
import { App } from './app.tsx';
import { openFirstPlace } from './open-first-place.ts';
import { createAppRouter } from './routes.tsx';

const CLUSTER = {
  name: 'main',
  arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/main',
  status: 'ACTIVE',
  environment: 'production' as const,
  services: 1,
  runningTasks: 4,
  pendingTasks: 0,
};

/** Opens a window as main.tsx does, and notes what its engine is asked. */
function openFirst(answers: Answers) {
  installMissingBrowserParts();
  const below = createTestTransport({
    ...frameAnswers,
    'clusters.list': () => [CLUSTER],
    'services.list': (_input, { emit }) => {
      emit({ kind: 'names', names: ['web'] });
      return [];
    },
    'journal.list': () => ({ entries: [] }),
    'overview.known': () => [],
    'jobs.watch': () => new Promise(() => undefined),
    ...answers,
  });
  const asked: string[] = [];
  const counted: Transport = {
    ...below,
    call(request) {
      asked.push(request.method);
      return below.call(request);
    },
  };
  const ahead = startAhead(counted);
  const queries = createQueryClient();
  const router = createAppRouter(createMemoryHistory({ initialEntries: ['/'] }));
  const client = createClient(ahead.transport);
  const opened = readFirstPlace(ahead).then((place) => {
    if (place !== undefined) openFirstPlace(place, { client, queries, router });
    return place;
  });
  render(<App client={client} queries={queries} router={router} />);
  return { asked, opened, router };
}

describe('the first place of the window', () => {
  beforeEach(() => window.localStorage.clear());
  afterEach(cleanup);

  it('opens with the services of the first cluster, and asks for each list once', async () => {
    const { asked, router } = openFirst({});
    await screen.findByRole('link', { name: 'web' });
    expect(router.state.location.pathname).toBe('/a/sandbox/us-east-1/c/main');
    const lists = ['accounts.list', 'clusters.list', 'services.list'];
    expect(asked.filter((method) => lists.includes(method)).toSorted()).toEqual(lists);
  });

  it('opens the cluster that was open last', async () => {
    window.localStorage.setItem('slipway.cluster.sandbox', 'other');
    const { opened } = openFirst({ 'clusters.list': () => [CLUSTER, { ...CLUSTER, name: 'other' }] });
    expect((await opened)?.cluster.cluster).toBe('other');
  });

  it('is left to the views of the window where there are several accounts', async () => {
    const account = { kind: 'profile', region: 'us-east-1', environment: 'production' } as const;
    const { opened } = openFirst({
      'accounts.list': () => ({
        accounts: [
          { ...account, id: 'one', name: 'one' },
          { ...account, id: 'two', name: 'two' },
        ],
      }),
      'overview.read': () => new Promise(() => undefined),
    });
    expect(await opened).toBeUndefined();
    await screen.findByRole('heading', { level: 1 });
  });
});
