import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { allShortcuts } from '../lib/shortcuts.ts';
import { A_SERVICE } from '../testing/deploy.ts';
import { openWindow } from '../testing/window.tsx';

const SERVICE = '/a/sandbox/us-east-1/c/main/s/web';

function openService() {
  return openWindow(SERVICE, {
    'services.list': () => [],
    'services.get': () => A_SERVICE,
    'services.deployments': () => [],
    'services.tasks': () => [],
  });
}

afterEach(cleanup);

describe('keyboard shortcuts', () => {
  it('give every key one meaning', () => {
    const keys = allShortcuts().flatMap(({ labels }) => labels);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('are all listed by ?, which closes the list again', async () => {
    openService();
    await screen.findByRole('button', { name: /^Deploy/ });
    await userEvent.keyboard('?');
    const sheet = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    const rows = within(sheet).getAllByRole('row');
    expect(rows.map(({ textContent }) => textContent)).toEqual(
      allShortcuts().map(({ what, labels }) => `${labels.join('')}${what}`),
    );
    await userEvent.keyboard('?');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('open the tab with the number of the key', async () => {
    const { router } = openService();
    await screen.findByRole('button', { name: /^Deploy/ });
    await userEvent.keyboard('2');
    await screen.findByRole('tab', { name: 'Tasks', selected: true });
    expect(router.state.location.search).toEqual({ tab: 'tasks' });
  });

  it('do nothing under an open dialog', async () => {
    const { router } = openService();
    await screen.findByRole('button', { name: /^Deploy/ });
    await userEvent.keyboard('?');
    await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    await userEvent.keyboard('2');
    expect(router.state.location.search).toEqual({});
  });
});
