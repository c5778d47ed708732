import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { renderWithEngine } from '../../testing/engine.tsx';
import { NewRepositoriesCard } from './new-repositories-card.tsx';

afterEach(cleanup);

const SETTINGS = {
  file: '/data/settings.json',
  pinned: {},
  tagFrom: {},
  newRepositories: { prod: { tags: 'immutable', scanOnPush: true } },
  notifications: { desktop: 'all', webhook: 'all', webhookPlaces: 'all', desktopAvailable: false },
} as const;
const ACCOUNTS = {
  accounts: [
    { id: 'prod', name: 'acme-prod', kind: 'profile', environment: 'production' },
    { id: 'dev', name: 'acme-dev', kind: 'profile', environment: 'development' },
  ],
} as const;

it('what new repositories of an account get is changed, set for another account and removed', async () => {
  const set = vi.fn<(input: unknown) => typeof SETTINGS>(() => SETTINGS);
  const user = userEvent.setup();
  renderWithEngine(<NewRepositoriesCard />, {
    'settings.read': () => SETTINGS,
    'settings.setNewRepositories': set,
    'accounts.list': () => ACCOUNTS,
  });
  await screen.findByText('immutable tags, scan on push');
  await user.click(
    await screen.findByRole('button', { name: 'Edit what new repositories of acme-prod get' }),
  );
  await user.selectOptions(screen.getByLabelText('Tags'), 'mutable');
  await user.type(screen.getByLabelText('AWS tags, one per line'), 'team');
  expect(screen.getByText('Enter one KEY=VALUE per line, at most 50.')).toBeDefined();
  expect(screen.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true);
  await user.type(screen.getByLabelText('AWS tags, one per line'), '=shop');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await user.click(await screen.findByRole('combobox', { name: 'Add an account' }));
  await user.click(await screen.findByRole('option', { name: 'acme-dev' }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await user.click(screen.getByRole('button', { name: 'Remove what new repositories of acme-prod get' }));
  await vi.waitUntil(() => set.mock.calls.length === 3);
  expect(set.mock.calls.map(([input]) => input)).toEqual([
    {
      account: 'prod',
      defaults: {
        tags: 'mutable',
        scanOnPush: true,
        resourceTags: [{ key: 'team', value: 'shop' }],
      },
    },
    { account: 'dev', defaults: { tags: 'immutable' } },
    { account: 'prod' },
  ]);
});
