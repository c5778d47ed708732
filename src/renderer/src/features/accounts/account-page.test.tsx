import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Account } from '../../../../shared/model/account.ts';
import type { Answer } from '../../testing/engine.tsx';
import { openWindow } from '../../testing/window.tsx';

const WITHOUT = { id: 'profile:acme', name: 'acme', kind: 'profile', environment: 'unclassified' } as const;
const BETA = { ...WITHOUT, id: 'profile:beta', name: 'beta', region: 'eu-west-1' } as const;

afterEach(() => {
  cleanup();
  localStorage.clear();
});

/** Opens an address of a window with an account that has no region. */
function openAt(address: string, accounts: readonly Account[] = [WITHOUT, BETA]) {
  const clusters = vi.fn<Answer<'clusters.list'>>(() => []);
  const identity = vi.fn<Answer<'accounts.identity'>>(() => ({
    accountNumber: '1',
    arn: 'arn:aws:iam::1:user/a',
  }));
  const { router } = openWindow(address, {
    'accounts.list': () => ({ accounts: [...accounts] }),
    'clusters.list': clusters,
    'accounts.identity': identity,
  });
  return { router, clusters, identity };
}

it('a start with an account that has no region asks for one, and calls nothing before', async () => {
  const { router, clusters, identity } = openAt('/', [WITHOUT]);
  expect(await screen.findByText('Choose a region for acme')).toBeDefined();
  expect(router.state.location.pathname).toBe('/a/profile:acme');
  expect(clusters).not.toHaveBeenCalled();
  expect(identity).not.toHaveBeenCalled();
});

it('an address of an account that is not on this machine has no links to its pages', async () => {
  openAt('/a/profile:gone/eu-west-1');
  expect(await screen.findByText("The account profile:gone doesn't exist.")).toBeDefined();
  expect(screen.getByRole('link', { name: 'Journal' })).toBeDefined();
  expect(screen.queryByRole('link', { name: 'Clean up' })).toBeNull();
});

it('the region that a person chooses is opened, and opens again later', async () => {
  const { router, clusters } = openAt('/a/profile:acme');
  const field = await screen.findByRole('combobox', { name: 'Region to open' });
  await userEvent.type(field, 'eu-north-1{Enter}');
  expect(router.state.location.pathname).toBe('/a/profile:acme/eu-north-1');
  expect(clusters).toHaveBeenCalled();
  await router.navigate({ to: '/a/$account', params: { account: 'profile:acme' } });
  await screen.findByRole('combobox', { name: 'Region' });
  expect(router.state.location.pathname).toBe('/a/profile:acme/eu-north-1');
});

it('the regions with clusters are found when a person asks for them, and come first in the list', async () => {
  const regions = vi.fn<Answer<'accounts.regions'>>(() => [
    { region: 'eu-central-1', state: 'empty', clusters: 0 },
    { region: 'eu-south-1', state: 'disabled', problem: 'Enable the region for the account.' },
    { region: 'us-west-2', state: 'clusters', clusters: 3 },
  ]);
  openWindow('/a/profile:acme', {
    'accounts.list': () => ({ accounts: [WITHOUT] }),
    'accounts.regions': regions,
  });
  const [button] = await screen.findAllByRole('button', { name: 'Find the regions with clusters' });
  expect(regions).not.toHaveBeenCalled();
  if (button === undefined) throw new Error('There is no button.');
  await userEvent.click(button);
  expect((await screen.findAllByText('3 clusters')).length).toBeGreaterThan(0);
  const options = screen.getAllByRole('option', { hidden: true }).map(({ textContent }) => textContent);
  expect(options.slice(0, 3)).toEqual([
    'us-west-2 3 clusters',
    'eu-central-1 no clusters',
    'eu-south-1 not enabled',
  ]);
});

it('a search for regions that fails says why below the field', async () => {
  openWindow('/a/profile:acme', {
    'accounts.list': () => ({ accounts: [WITHOUT] }),
    'accounts.regions': () => {
      throw new SlipwayError('UNAVAILABLE', 'AWS did not answer.');
    },
  });
  const [button] = await screen.findAllByRole('button', { name: 'Find the regions with clusters' });
  if (button === undefined) throw new Error('There is no button.');
  await userEvent.click(button);
  expect((await screen.findAllByText('AWS did not answer.')).length).toBeGreaterThan(0);
});

it('the sidebar has a region field below the account that needs one', async () => {
  openAt('/a/profile:acme');
  expect(await screen.findByRole('combobox', { name: 'Region' })).toHaveProperty('value', '');
  expect(screen.queryByText('This account')).toBeNull();
});

it('an account with a region opens in it', async () => {
  const { router } = openAt('/a/profile:beta');
  await screen.findByRole('combobox', { name: 'Region' });
  expect(router.state.location.pathname).toBe('/a/profile:beta/eu-west-1');
});

it('the connections of the settings lead to the choice of a region instead of a check', async () => {
  openAt('/settings');
  expect(await screen.findByRole('link', { name: 'Choose a region' })).toBeDefined();
  expect(await screen.findByRole('button', { name: 'Check the connection to beta' })).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Check the connection to acme' })).toBeNull();
});

it('the overview of all accounts leads to the choice of a region', async () => {
  const { router } = openAt('/accounts');
  await userEvent.click(await screen.findByRole('link', { name: 'Choose a region for acme' }));
  expect(router.state.location.pathname).toBe('/a/profile:acme');
});
