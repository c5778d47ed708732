import { cleanup, screen } from '@testing-library/react';
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
  setAppearance({ times: 'relative', motion: 'system' });
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

  it('changes the theme of the window', async () => {
    renderWithEngine(<AppearanceCard />, {});
    await userEvent.click(screen.getByLabelText('Dark'));
    await vi.waitFor(() => expect(document.documentElement.dataset.mantineColorScheme).toBe('dark'));
    await userEvent.click(screen.getByLabelText('System'));
  });
});

it('Ctrl and comma open the settings, where motion can be reduced', async () => {
  openWindow('/journal', {
    'journal.list': () => ({ entries: [] }),
    'environments.rules': () => ({ file: '/environments.yml', version: '1', rules: [] }),
  });
  await screen.findByRole('heading', { name: 'Journal' });
  await userEvent.keyboard('{Control>},{/Control}');
  await userEvent.click(await screen.findByLabelText('Reduced'));
  expect(document.documentElement.dataset.motion).toBe('reduced');
});
