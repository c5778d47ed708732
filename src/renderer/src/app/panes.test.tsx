import { cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../shared/errors.ts';
import { openWindow } from '../testing/window.tsx';

const SERVICE = '/a/sandbox/us-east-1/c/main/s/web';

const answers = {
  'services.list': () => [],
  'services.get': () => {
    throw new SlipwayError('NOT_FOUND', 'There is no service web in the cluster main.');
  },
};

afterEach(() => {
  cleanup();
  localStorage.clear();
});

function widthOf(separator: HTMLElement): number {
  return Number(separator.getAttribute('aria-valuenow'));
}

describe('the panes of the window', () => {
  it('are resized with the arrow keys within their limits, and the next start has the width', async () => {
    openWindow(SERVICE, answers);
    const separator = await screen.findByRole('separator', { name: 'Width of the accounts' });
    const before = widthOf(separator);
    separator.focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowLeft}');
    expect(widthOf(separator)).toBe(before + 16);
    await userEvent.keyboard('{Home}{ArrowLeft}');
    expect(widthOf(separator)).toBe(Number(separator.getAttribute('aria-valuemin')));

    cleanup();
    openWindow(SERVICE, answers);
    const again = await screen.findByRole('separator', { name: 'Width of the accounts' });
    expect(widthOf(again)).toBe(Number(again.getAttribute('aria-valuemin')));
  });

  it('are folded, stay so at the next start, and are shown again', async () => {
    openWindow(SERVICE, answers);
    await userEvent.click(await screen.findByRole('button', { name: 'Hide accounts' }));
    expect(screen.queryByRole('navigation', { name: 'Accounts and clusters' })).toBeNull();

    cleanup();
    openWindow(SERVICE, answers);
    await userEvent.click(await screen.findByRole('button', { name: 'Show accounts' }));
    expect(screen.getByRole('navigation', { name: 'Accounts and clusters' })).toBeDefined();
  });

  it('are drawn again without writing the open place and service into the storage again', async () => {
    openWindow(SERVICE, answers);
    const separator = await screen.findByRole('separator', { name: 'Width of the accounts' });
    await waitFor(() => expect(localStorage.getItem('slipway.recent')).toContain('web'));
    expect(localStorage.getItem('slipway.cluster.sandbox')).toBe('main');
    const write = vi.spyOn(Storage.prototype, 'setItem');
    separator.focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    const keys = write.mock.calls.map(([key]) => key);
    write.mockRestore();
    expect(keys).not.toContain('slipway.account');
    expect(keys).not.toContain('slipway.recent');
  });

  it('fold with Enter on their edge: the service list leaves its space to the service', async () => {
    openWindow(SERVICE, answers);
    const separator = await screen.findByRole('separator', { name: 'Width of the service list' });
    separator.focus();
    await userEvent.keyboard('{Enter}');
    expect(screen.queryByRole('region', { name: 'Services' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Show the service list' }).getAttribute('aria-expanded')).toBe(
      'false',
    );
  });

  it('open with their usual width where what was remembered is not a width', async () => {
    localStorage.setItem('slipway.pane.accounts.width', 'wide');
    openWindow(SERVICE, answers);
    const separator = await screen.findByRole('separator', { name: 'Width of the accounts' });
    expect(widthOf(separator)).toBe(216);
  });
});
