import { Link } from '@tanstack/react-router';
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Settings } from '../../../../shared/model/settings.ts';
import { recall } from '../../lib/memory.ts';
import { type Answers, renderAtAddress, renderWithEngine } from '../../testing/engine.tsx';
import { NotificationsCard } from './notifications-card.tsx';

afterEach(cleanup);

const ADDRESS = 'https://hooks.slack.example/services/T0/B0/abcdWXYZ';
const SET_UP = { webhookAddress: { host: 'hooks.slack.example', ending: 'WXYZ' } };

/** The card over settings that its changes reach. */
function openCard(first: Partial<Settings['notifications']> = {}, answers: Answers = {}) {
  let now: Settings = {
    file: '/data/settings.json',
    pinned: {},
    tagFrom: {},
    newRepositories: {},
    notifications: {
      desktop: 'all',
      webhook: 'all',
      webhookPlaces: 'all',
      desktopAvailable: true,
      ...first,
    },
  };
  const sent: unknown[] = [];
  const become = (input: unknown, change: Partial<Settings['notifications']>): Settings => {
    sent.push(input);
    now = { ...now, notifications: { ...now.notifications, ...change } };
    return now;
  };
  renderWithEngine(<NotificationsCard />, {
    'settings.read': () => now,
    'settings.change': (input) => become(input, Object.fromEntries(Object.entries(input))),
    'settings.setWebhook': (input) => become(input, SET_UP),
    'settings.removeWebhook': (input) => {
      const { webhookAddress: _, ...rest } = now.notifications;
      sent.push(input);
      now = { ...now, notifications: rest };
      return now;
    },
    ...answers,
  });
  return { user: userEvent.setup(), sent };
}

const button = (name: string) => screen.findByRole('button', { name });

describe('notifications in the settings', () => {
  it('set after how many minutes a deployment is slow, which the window remembers', async () => {
    const { user } = openCard();
    const field = await screen.findByRole('textbox', { name: 'Warn about deployments after' });
    await user.type(field, '20');
    expect(recall('warn-after-minutes')).toBe('20');
    await user.clear(field);
    expect(recall('warn-after-minutes')).toBe('');
  });

  it('of the system are chosen, and need the desktop app', async () => {
    const { user, sent } = openCard();
    await user.click(await screen.findByLabelText('Failures'));
    expect(sent).toEqual([{ desktop: 'failures' }]);
    cleanup();
    openCard({ desktopAvailable: false });
    expect(await screen.findByText('System notifications need the desktop app.')).toBeDefined();
  });

  it('take the address of a webhook, which is not shown again', async () => {
    const { user, sent } = openCard();
    await user.type(await screen.findByLabelText('Webhook address'), ADDRESS);
    await user.click(await button('Save address'));
    expect(
      await screen.findByText('Messages go to hooks.slack.example, address ending in WXYZ.'),
    ).toBeDefined();
    expect(sent).toEqual([{ address: ADDRESS }]);
    expect(document.body.innerHTML).not.toContain('services/T0');
    await user.click(await button('Replace'));
    expect((await screen.findByLabelText<HTMLInputElement>('Webhook address')).value).toBe('');
  });

  it('go to the webhook about production alone when that is chosen, and stop when it is removed', async () => {
    const { user, sent } = openCard(SET_UP);
    await user.click(await screen.findByLabelText('Production and unclassified'));
    await user.click(await button('Remove'));
    expect(await screen.findByLabelText('Webhook address')).toBeDefined();
    expect(sent).toEqual([{ webhookPlaces: 'production' }, {}]);
  });

  it('say whether a test arrived', async () => {
    const { user } = openCard(SET_UP, { 'settings.testWebhook': () => ({}) });
    await user.click(await button('Send a test'));
    expect((await screen.findByRole('status')).textContent).toBe('The test message was delivered.');
  });

  it('say why a test or the last message was not delivered', async () => {
    const sentence = 'hooks.slack.example did not take the message (HTTP 404, no_service).';
    const { user } = openCard(
      { ...SET_UP, webhookFailure: { at: '2026-01-01T00:00:00Z', sentence } },
      {
        'settings.testWebhook': () => {
          throw new SlipwayError('FORBIDDEN', sentence);
        },
      },
    );
    expect((await screen.findByRole('alert')).textContent).toContain(
      `The last message was not delivered. ${sentence}`,
    );
    await user.click(await button('Send a test'));
    expect(await screen.findAllByRole('alert')).toHaveLength(1);
    expect((await screen.findByRole('alert')).textContent).toContain(sentence);
  });
});

it('a page is left with a webhook address that is not saved only after a question, because no draft of it is stored', async () => {
  const notifications = {
    desktop: 'all',
    webhook: 'all',
    webhookPlaces: 'all',
    desktopAvailable: true,
  } as const;
  const page = renderAtAddress(
    () => (
      <>
        <NotificationsCard />
        <Link to="/journal">Journal</Link>
      </>
    ),
    {
      'settings.read': () => ({
        file: '/data/settings.json',
        pinned: {},
        tagFrom: {},
        newRepositories: {},
        notifications,
      }),
    },
  );
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText('Webhook address'), ADDRESS);
  await user.click(screen.getByRole('link', { name: 'Journal' }));
  expect(
    await screen.findByText(/The webhook address is a secret and is not stored as a draft/),
  ).toBeTruthy();
  expect(page.location()).toBe('/');
});
