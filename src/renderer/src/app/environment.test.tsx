import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Input } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Guard } from '../../../shared/model/environment.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import { openWindow } from '../testing/window.tsx';

type Asked = Immutable<Input<'environments.of'>>;

const CLUSTER = '/a/profile:acme/us-east-1/c/production';

const forbidden = (): never => {
  throw new SlipwayError('FORBIDDEN', 'The clusters cannot be listed: ecs:ListClusters is missing.');
};
const account = {
  id: 'profile:acme',
  name: 'acme',
  kind: 'profile',
  region: 'us-east-1',
  environment: 'unclassified',
} as const;

function aGuard(guard: Partial<Guard>): Guard {
  return {
    environment: 'unclassified',
    from: 'none',
    confirm: 'name',
    readOnly: false,
    mutableTags: 'allow',
    ...guard,
  };
}

const answers = { 'accounts.list': () => ({ accounts: [account] }), 'services.list': () => [] };

afterEach(cleanup);

async function badge(environment: string): Promise<HTMLElement> {
  const header = within(await screen.findByRole('banner'));
  return header.findByRole('button', { name: new RegExp(`^Environment: ${environment}`) });
}

describe('the badge of the environment', () => {
  it('names that of the cluster, also where the clusters cannot be read', async () => {
    openWindow(CLUSTER, {
      ...answers,
      'clusters.list': forbidden,
      'environments.of': ({ cluster }: Asked) =>
        aGuard(cluster === 'production' ? { environment: 'production', from: 'name' } : {}),
    });
    expect(await badge('production')).toBeDefined();
  });

  it('of a page of the whole account is judged with all of its clusters', async () => {
    const cluster = {
      arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/web',
      status: 'ACTIVE',
      services: 1,
      runningTasks: 1,
      pendingTasks: 0,
    };
    openWindow('/a/profile:acme/us-east-1', {
      ...answers,
      'clusters.list': () => [
        { ...cluster, name: 'web', environment: 'unclassified' },
        {
          ...cluster,
          name: 'prod',
          arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/prod',
          environment: 'production',
        },
      ],
      'environments.of': ({ clusters = [] }: Asked) =>
        aGuard(clusters.includes('prod') ? { environment: 'production', from: 'name' } : {}),
    });
    expect(await badge('production')).toBeDefined();
  });

  it('lets a person say what an unclassified cluster is', async () => {
    const classify = vi.fn<() => Guard>(() =>
      aGuard({ environment: 'staging', from: 'rule', confirm: 'click' }),
    );
    openWindow(CLUSTER, {
      ...answers,
      'environments.of': () => (classify.mock.calls.length === 0 ? aGuard({}) : classify()),
      'environments.classify': classify,
    });
    const user = userEvent.setup();
    await user.click(await badge('unclassified'));
    expect(
      await screen.findByText(/Not classified yet. Changes are confirmed by typing a name/),
    ).toBeDefined();
    await user.click(
      await screen.findByRole('menuitem', { name: 'The cluster production is staging', hidden: true }),
    );
    expect(await badge('staging')).toBeDefined();
    expect(classify.mock.calls[0]).toEqual([
      { account: 'profile:acme', cluster: 'production', environment: 'staging' },
      expect.anything(),
    ]);
  });
});
