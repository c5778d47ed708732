import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Account } from '../../../../shared/model/account.ts';
import type { PlaceOverview } from '../../../../shared/model/overview.ts';
import type { Answer, Answers } from '../../testing/engine.tsx';
import { openWindow } from '../../testing/window.tsx';

const anAccount = (name: string) => ({
  id: `profile:${name}`,
  name,
  kind: 'profile' as const,
  region: 'us-east-1',
  environment: 'production' as const,
});

const SANDBOX = {
  id: 'sandbox',
  name: 'sandbox',
  kind: 'sandbox' as const,
  region: 'us-east-1',
  environment: 'sandbox' as const,
};

const SHOP: PlaceOverview = {
  account: 'profile:acme',
  region: 'us-east-1',
  state: 'read',
  clusters: [
    {
      name: 'shop',
      arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/shop',
      status: 'ACTIVE',
      environment: 'production',
      services: 12,
      runningTasks: 30,
      pendingTasks: 0,
      counts: { failing: 1, degraded: 0, rolledBack: 1, deploying: 2, drifted: 1 },
      readAt: '2026-11-27T10:00:00Z',
      rows: [
        {
          name: 'thumbnails',
          arn: 'arn:aws:ecs:us-east-1:123456789012:service/shop/thumbnails',
          cluster: 'shop',
          state: 'failing',
          desired: 3,
          running: 0,
          pending: 0,
          cells: [],
          revision: 'thumbnails:3',
          imageVersion: '1.2.7',
          problem: {
            kind: 'image-missing',
            sentence: 'The image of app was deleted.',
            nextStep: 'Push the image again.',
          },
        },
      ],
    },
  ],
};

const FAR: PlaceOverview = {
  account: 'profile:far',
  region: 'us-east-1',
  state: 'failed',
  problem: "Couldn't reach ecs.us-east-1.amazonaws.com. Check the network.",
  clusters: [],
};

const ANSWERS: Answers = {
  'accounts.list': () => ({ accounts: [anAccount('acme'), anAccount('far')] }),
  'overview.known': () => [SHOP, FAR],
  'overview.read': () => [SHOP, FAR],
};

afterEach(() => {
  cleanup();
  localStorage.clear();
});

describe('the overview of all accounts', () => {
  it('names what fails in which cluster and why, and why an account could not be read', async () => {
    openWindow('/accounts', ANSWERS);
    const rows = await screen.findByRole('list', { name: 'Needs attention or deploying: shop' });
    expect(within(rows).getByRole('link', { name: 'thumbnails' })).toBeDefined();
    expect(within(rows).getByText('The image of app was deleted.')).toBeDefined();
    expect(screen.getByText("1 of 2 accounts read · 1 can't be read · 1 service failing")).toBeDefined();
    expect(screen.getByText(/Couldn't reach ecs.us-east-1/)).toBeDefined();
    expect(screen.getByRole('link', { name: 'Open far' }).getAttribute('href')).toBe(
      '/a/profile:far/us-east-1',
    );
  });

  it('shows accounts with failing services first, and why a profile without a region cannot work', async () => {
    const problem = 'The profile broken (line 3 of config) is in a cycle of source_profile. Remove one.';
    const { region: _, ...broken } = anAccount('broken');
    openWindow('/accounts', {
      ...ANSWERS,
      'accounts.list': () => ({ accounts: [anAccount('far'), { ...broken, problem }, anAccount('acme')] }),
    });
    expect(await screen.findByText('The image of app was deleted.')).toBeDefined();
    const main = within(screen.getByRole('main'));
    const names = main.getAllByRole('link', { name: /^(?:acme|far|broken)$/ });
    expect(names.map(({ textContent }) => textContent)).toEqual(['acme', 'far', 'broken']);
    expect(main.getByText(new RegExp(`^${problem.replaceAll(/[().]/g, '\\$&')}`))).toBeDefined();
    expect(main.getByText(/no region · Failed$/)).toBeDefined();
  });

  it('says which cluster is on hold, by whom and why, and asks no account that can not be read', async () => {
    const asked: string[] = [];
    openWindow('/accounts', {
      ...ANSWERS,
      'overview.read': () => [SHOP, { ...FAR, clusters: SHOP.clusters }],
      'locks.status': ({ account }) => {
        asked.push(account);
        const clusterHold = {
          why: 'incident 4711',
          by: 'ana',
          host: 'laptop',
          since: '2026-11-27T10:00:00Z',
        };
        return { ledger: 'read', clusterHold, waiting: [] };
      },
    });
    const line = await screen.findByText(/On hold by ana/);
    expect(line.textContent).toContain(': incident 4711');
    expect(new Set(asked)).toEqual(new Set([SHOP.account]));
  });

  it('shows the clusters of an account while another one is still read', async () => {
    openWindow('/accounts', {
      ...ANSWERS,
      'overview.read': (_input, { emit }) => {
        emit({ ...FAR, state: 'reading', problem: undefined });
        emit(SHOP);
        return new Promise(() => undefined);
      },
    });
    expect(await screen.findByText('1 of 2 accounts read · 1 service failing')).toBeDefined();
  });

  it('reads again what failed when somebody asks for it', async () => {
    let reads = 0;
    openWindow('/accounts', {
      ...ANSWERS,
      'overview.read': () => {
        reads += 1;
        return [SHOP, FAR];
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(reads).toBe(2);
  });
});

describe('the sidebar', () => {
  it('has the counts of a cluster beside it, and a word for an account that failed', async () => {
    openWindow('/a/profile:acme/us-east-1', { ...ANSWERS, 'clusters.list': () => SHOP.clusters });
    const sidebar = within(await screen.findByRole('navigation', { name: 'Accounts and clusters' }));
    expect(await sidebar.findByTitle('1 failing')).toBeDefined();
    expect(sidebar.getByRole('link', { name: /^shop/ }).textContent).toBe(
      'shop121 failing1 rolled back2 deploying1 drifted',
    );
    expect(sidebar.getByTitle(FAR.problem ?? '').textContent).toContain('Failed');
  });
});

describe('the sandbox that was started in the window', () => {
  const started = { accounts: [SANDBOX, anAccount('acme')], sandbox: 'started' as const };

  it('is stopped in the sidebar, which leaves its pages', async () => {
    const stop = vi.fn<Answer<'accounts.stopSandbox'>>(() => ({}));
    const { router } = openWindow('/a/sandbox/us-east-1', {
      ...ANSWERS,
      'accounts.list': () =>
        stop.mock.calls.length === 0
          ? started
          : { accounts: [anAccount('acme'), anAccount('far')], sandbox: 'offered' },
      'clusters.list': () => SHOP.clusters,
      'accounts.stopSandbox': stop,
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Stop the sandbox' }));
    expect(await screen.findByRole('button', { name: 'Try the sandbox' })).toBeDefined();
    expect(router.state.location.pathname).toBe('/accounts');
    expect(screen.queryByRole('button', { name: 'Stop the sandbox' })).toBeNull();
  });

  it('is opened and left also where the list of accounts is quicker than the answer', async () => {
    let accounts: readonly Account[] = [anAccount('acme'), anAccount('far')];
    let tell = (): void => undefined;
    const list = () => ({ accounts, sandbox: accounts.includes(SANDBOX) ? 'started' : 'offered' }) as const;
    const change = async (next: readonly Account[], pressed: string): Promise<void> => {
      accounts = next;
      tell();
      // The page is drawn without the button before the answer.
      await vi.waitFor(() => expect(screen.queryByRole('button', { name: pressed })).toBeNull());
    };
    const { router } = openWindow('/accounts', {
      ...ANSWERS,
      'accounts.list': list,
      'accounts.watch': (_input, { emit }) => {
        tell = () => emit(list());
        return new Promise(() => undefined);
      },
      'clusters.list': () => SHOP.clusters,
      'accounts.startSandbox': async () => {
        await change([SANDBOX, ...accounts], 'Try the sandbox');
        return { account: 'sandbox', region: 'us-east-1', isTemporary: false };
      },
      'accounts.stopSandbox': async () => {
        await change(
          accounts.filter((each) => each !== SANDBOX),
          'Stop the sandbox',
        );
        return {};
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Try the sandbox' }));
    await vi.waitFor(() => expect(router.state.location.pathname).toBe('/a/sandbox/us-east-1'));
    await userEvent.click(await screen.findByRole('button', { name: 'Stop the sandbox' }));
    await vi.waitFor(() => expect(router.state.location.pathname).toBe('/accounts'));
  });

  it('stays, with the reason, where it cannot be stopped', async () => {
    const { router } = openWindow('/a/sandbox/us-east-1', {
      ...ANSWERS,
      'accounts.list': () => started,
      'clusters.list': () => SHOP.clusters,
      'accounts.stopSandbox': () => {
        throw new SlipwayError('CONFLICT', "The sandbox can't be stopped while this is in progress there.");
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Stop the sandbox' }));
    expect(await screen.findByText(/can't be stopped while/)).toBeDefined();
    expect(router.state.location.pathname).toBe('/a/sandbox/us-east-1');
  });

  it('is offered at an address of it while it is stopped, and the address opens then', async () => {
    let accounts: readonly Account[] = [anAccount('acme'), anAccount('far')];
    const { router } = openWindow('/a/sandbox/us-east-1', {
      ...ANSWERS,
      'accounts.list': () => ({ accounts, sandbox: 'offered' }),
      'accounts.startSandbox': () => {
        accounts = [SANDBOX, ...accounts];
        return { account: 'sandbox', region: 'us-east-1', isTemporary: false };
      },
      'clusters.list': () => SHOP.clusters,
    });
    expect(await screen.findByText("The sandbox isn't running.")).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Try the sandbox' }));
    expect(await screen.findByRole('heading', { name: 'Clusters' })).toBeDefined();
    expect(router.state.location.pathname).toBe('/a/sandbox/us-east-1');
  });
});

describe('a first start', () => {
  it('with several accounts shows them with their state, and opens the one that is clicked', async () => {
    const { router } = openWindow('/', { ...ANSWERS, 'clusters.list': () => [] });
    expect(await screen.findByRole('heading', { name: 'Choose an account' })).toBeDefined();
    expect(await screen.findByText('AWS profile · us-east-1 · Failed')).toBeDefined();
    await userEvent.click(within(screen.getByRole('main')).getByRole('link', { name: 'acme' }));
    expect(await screen.findByRole('heading', { name: 'Clusters' })).toBeDefined();
    expect(router.state.location.pathname).toBe('/a/profile:acme/us-east-1');
  });

  it('offers the sandbox beside the profiles, starts it with a click, and says why it did not start', async () => {
    const failures = ['The sandbox did not start: the disk is full.'];
    const start = vi.fn<Answer<'accounts.startSandbox'>>(() => {
      const failure = failures.pop();
      if (failure !== undefined) throw new SlipwayError('UNAVAILABLE', failure);
      return { account: 'sandbox', region: 'us-east-1', isTemporary: true };
    });
    const { router } = openWindow('/', {
      ...ANSWERS,
      'accounts.list': () => ({
        accounts: [...(start.mock.calls.length > 1 ? [SANDBOX] : []), anAccount('acme'), anAccount('far')],
        sandbox: start.mock.calls.length > 1 ? 'started' : 'offered',
      }),
      'accounts.startSandbox': start,
    });
    const button = await screen.findByRole('button', { name: 'Try the sandbox' });
    expect(start).not.toHaveBeenCalled();
    await userEvent.click(button);
    expect((await screen.findByRole('alert')).textContent).toContain('the disk is full');
    await userEvent.click(button);
    expect(await screen.findByRole('heading', { name: 'Clusters' })).toBeDefined();
    expect(router.state.location.pathname).toBe('/a/sandbox/us-east-1');
    expect(await screen.findByText(/its changes are lost when it stops/)).toBeDefined();
  });

  it('opens the account that was open last without a question', async () => {
    localStorage.setItem('slipway.account', 'profile:far');
    const { router } = openWindow('/', { ...ANSWERS, 'clusters.list': () => [] });
    expect(await screen.findByRole('heading', { name: 'Clusters' })).toBeDefined();
    expect(router.state.location.pathname).toBe('/a/profile:far/us-east-1');
  });
});
