import { cleanup, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { openWindow } from '../../testing/window.tsx';

afterEach(cleanup);

const FILE = '/home/ana/.slipway/environments.yml';

describe('the settings page', () => {
  it('shows each rule with what it matches and how changes are guarded', async () => {
    openWindow('/settings', {
      'environments.rules': () => ({
        file: FILE,
        version: '1',
        rules: [
          { cluster: 'payments-*', environment: 'production', mutableTags: 'refuse' },
          {
            service: 'ledger',
            readOnly: true,
            window: { days: ['mon'], from: '09:00', to: '17:00', timeZone: 'Europe/Berlin' },
          },
        ],
      }),
    });
    expect(
      await screen.findByRole('row', {
        name: 'cluster payments-* production no tags that can be overwritten',
      }),
    ).toBeDefined();
    expect(
      screen.getByRole('row', {
        name: 'service ledger read-only, mon 09:00 to 17:00 (Europe/Berlin)',
      }),
    ).toBeDefined();
    expect(screen.getByText(FILE)).toBeDefined();
  });

  it('says how to classify a place where there are no rules', async () => {
    openWindow('/settings', { 'environments.rules': () => ({ file: FILE, version: '1', rules: [] }) });
    expect(await screen.findByText('No rules yet')).toBeDefined();
  });

  it('names the line of a file with a mistake', async () => {
    const problem = `Line 3 of ${FILE} is not valid: rules.0.environment.`;
    openWindow('/settings', {
      'environments.rules': () => ({ file: FILE, version: '1', rules: [], problem }),
    });
    expect((await screen.findByRole('alert')).textContent).toBe(problem);
  });
});
