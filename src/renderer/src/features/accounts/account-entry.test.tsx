import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Guard } from '../../../../shared/model/environment.ts';
import type { PlaceOverview } from '../../../../shared/model/overview.ts';
import type { Answer, Answers } from '../../testing/engine.tsx';
import { openWindow } from '../../testing/window.tsx';

const SHOP = {
  id: 'profile:shop',
  name: 'shop',
  kind: 'profile',
  environment: 'production',
  region: 'eu-west-1',
} as const;
const GUARD: Guard = {
  environment: 'production',
  from: 'rule',
  confirm: 'name',
  readOnly: false,
  mutableTags: 'allow',
};

afterEach(() => {
  cleanup();
  localStorage.clear();
});

/** The sidebar's entry of one account that is not open. */
async function entryOf(place: Partial<PlaceOverview>, guard: Partial<Guard> = {}, answers: Answers = {}) {
  const problem = 'The sign-in of shop has expired.';
  const known = {
    account: SHOP.id,
    region: SHOP.region,
    state: 'sign-in',
    problem,
    clusters: [],
    ...place,
  } as const;
  openWindow('/journal', {
    'journal.list': () => ({ entries: [] }),
    'accounts.list': () => ({ accounts: [SHOP] }),
    'overview.known': () => [known],
    'environments.of': () => ({ ...GUARD, ...guard }),
    ...answers,
  });
  const sidebar = within(await screen.findByRole('navigation', { name: 'Accounts and clusters' }));
  const link = await sidebar.findByRole('link', { name: /^shop/ });
  return { link, sidebar };
}

describe('an account in the sidebar', () => {
  it('that is signed out has the command that signs in, to copy', async () => {
    const { sidebar } = await entryOf({ command: 'aws sso login --profile shop' });
    expect(await sidebar.findByText('Signed out')).toBeDefined();
    expect(
      sidebar.getByRole('button', { name: 'Copy the command to sign in: aws sso login --profile shop' }),
    ).toBeDefined();
  });

  it('that waits for a person signs in with a click', async () => {
    const signedIn = vi.fn<Answer<'accounts.signIn'>>(() => ({}));
    const { sidebar } = await entryOf({ canSignIn: true }, {}, { 'accounts.signIn': signedIn });
    await userEvent.click(await sidebar.findByRole('button', { name: 'Sign in to shop' }));
    expect(signedIn).toHaveBeenCalledExactlyOnceWith(
      { account: SHOP.id, region: SHOP.region },
      expect.anything(),
    );
  });

  it('never says to sign in where nothing does that', async () => {
    const { sidebar } = await entryOf({ problem: 'AWS does not accept the credentials of shop.' });
    const state = await sidebar.findByText('Not read');
    expect(state.title).toBe('AWS does not accept the credentials of shop.');
    expect(sidebar.queryByText(/sign in/i)).toBeNull();
    expect(sidebar.queryByRole('button', { name: /^Copy/ })).toBeNull();
  });

  it('whose profile cannot work has failed, with the line of the file, also where a sign-in was tried', async () => {
    const problem = 'The profile shop (line 3 of config) has no sso_account_id for its SSO. Add it.';
    const { sidebar } = await entryOf(
      { canSignIn: true },
      {},
      { 'accounts.list': () => ({ accounts: [{ ...SHOP, problem }] }) },
    );
    expect((await sidebar.findByText('Failed')).title).toBe(problem);
    expect(sidebar.queryByText(/sign in/i)).toBeNull();
  });

  it('has the name and the colour that a rule gives it', async () => {
    const { link } = await entryOf({}, { name: 'Live shop', color: 'pink' });
    const badge = await within(link).findByText('Live shop');
    expect(badge.className).toContain('pink');
    expect(badge.title).toBe('Live shop (production)');
  });
});
