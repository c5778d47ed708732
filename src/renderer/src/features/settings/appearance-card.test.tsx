import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { setAppearance } from '../../lib/appearance.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { openWindow } from '../../testing/window.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { AppearanceCard } from './appearance-card.tsx';

const AT = '2020-01-02T03:04:05Z';

afterEach(() => {
  cleanup();
  localStorage.clear();
  setAppearance({ times: 'relative', density: 'comfortable', motion: 'system' });
});

describe('the appearance', () => {
  it('writes times as chosen, and remembers it', async () => {
    renderWithEngine(
      <>
        <AppearanceCard />
        <RelativeTime at={AT} />
      </>,
      {},
    );
    expect(screen.getByText(/ y ago$/)).toBeDefined();
    await userEvent.click(screen.getByLabelText('Absolute'));
    expect(screen.getByText(/^2020-01-0/)).toBeDefined();
    expect(localStorage.getItem('slipway.times')).toBe('absolute');
  });

  it('writes times in UTC, in the text and on hover', async () => {
    renderWithEngine(
      <>
        <AppearanceCard />
        <RelativeTime at={AT} />
      </>,
      {},
    );
    await userEvent.click(screen.getByLabelText('UTC'));
    expect(screen.getByText('2020-01-02 03:04:05 UTC').title).toBe('2020-01-02 03:04:05 UTC');
    expect(localStorage.getItem('slipway.times')).toBe('utc');
  });

  it('changes the theme of the window', async () => {
    renderWithEngine(<AppearanceCard />, {});
    await userEvent.click(screen.getByLabelText('Dark'));
    await vi.waitFor(() => expect(document.documentElement.dataset.mantineColorScheme).toBe('dark'));
    await userEvent.click(screen.getByLabelText('System'));
  });
});

it('Ctrl and comma open the settings, where motion can be reduced and rows made compact', async () => {
  openWindow('/journal', {
    'journal.list': () => ({ entries: [] }),
    'environments.rules': () => ({ file: '/environments.yml', version: '1', rules: [] }),
  });
  await screen.findByRole('heading', { name: 'Journal' });
  await userEvent.keyboard('{Control>},{/Control}');
  await userEvent.click(await screen.findByLabelText('Reduced'));
  expect(document.documentElement.dataset.motion).toBe('reduced');
  await userEvent.click(screen.getByLabelText('Compact'));
  expect(document.documentElement.dataset.density).toBe('compact');
  expect(localStorage.getItem('slipway.density')).toBe('compact');
});

describe('the search of the settings', () => {
  it('leaves the sections that have its words, keeps what is typed in the others, and Escape clears it', async () => {
    openWindow('/settings', {
      'environments.rules': () => ({ file: '/environments.yml', version: '1', rules: [] }),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Add rule' }));
    await userEvent.type(await screen.findByLabelText('Cluster'), 'payments');
    const search = screen.getByRole('searchbox', { name: 'Search settings' });
    await userEvent.type(search, 'utc TIMES');
    const sections = () =>
      within(screen.getByRole('navigation', { name: 'Sections of the settings' }))
        .getAllByRole('link')
        .map(({ textContent }) => textContent);
    expect(sections()).toEqual(['Appearance']);
    expect(screen.getByRole('radio', { name: 'UTC' })).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Add rule' })).toBeNull();
    await userEvent.type(search, ' nothing');
    expect(screen.getByText('No matching settings')).toBeDefined();
    await userEvent.type(search, '{Escape}');
    expect(sections()).toHaveLength(9);
    expect(screen.getByDisplayValue('payments')).toBeDefined();
  });
});
