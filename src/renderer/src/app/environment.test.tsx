import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Cluster } from '../../../shared/model/cluster.ts';
import { openWindow } from '../testing/window.tsx';

const CLUSTER = '/a/profile:acme/us-east-1/c/production';

const forbidden = (): never => {
  throw new SlipwayError('FORBIDDEN', 'The clusters cannot be listed: ecs:ListClusters is missing.');
};
const account = {
  id: 'profile:acme',
  name: 'acme',
  kind: 'profile',
  region: 'us-east-1',
  environment: 'development',
} as const;
const production: Cluster = {
  name: 'production',
  arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/production',
  status: 'ACTIVE',
  environment: 'production',
  services: 1,
  runningTasks: 1,
  pendingTasks: 0,
};
const answers = {
  'accounts.list': () => ({ accounts: [account] }),
  'services.list': () => [],
};

afterEach(cleanup);

async function header() {
  return within(await screen.findByRole('banner'));
}

describe('the badge of the environment', () => {
  it('names that of the cluster', async () => {
    openWindow(CLUSTER, { ...answers, 'clusters.list': () => [production] });
    expect(await (await header()).findByText('production', { selector: 'header > span' })).toBeDefined();
  });

  it('is missing where the clusters cannot be read, rather than that of the account', async () => {
    const { queries } = openWindow(CLUSTER, { ...answers, 'clusters.list': forbidden });
    const scope = { account: account.id, region: account.region };
    await waitFor(() => expect(queries.getQueryState(['clusters.list', scope])?.status).toBe('error'));
    await (await header()).findByText('acme');
    expect((await header()).queryByText('development')).toBeNull();
  });

  it('names that of the account where no cluster is open', async () => {
    openWindow('/a/profile:acme/us-east-1', { ...answers, 'clusters.list': forbidden });
    expect(await (await header()).findByText('development')).toBeDefined();
  });
});
