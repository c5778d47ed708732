import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Account, OfferedRole } from '../../../../shared/model/account.ts';
import { type Answer, renderWithEngine } from '../../testing/engine.tsx';
import { ConnectionsCard } from './connections-card.tsx';

afterEach(cleanup);

const FILE = '/home/ana/.aws/config';
const SHOP = { accountId: '111111111111', accountName: 'shop' };
const ROLES: readonly OfferedRole[] = [
  { ...SHOP, roleName: 'Administrator' },
  { ...SHOP, roleName: 'Developer' },
  { accountId: '222222222222', accountName: 'data lake', roleName: 'ReadOnly' },
];
const SSO = { kind: 'profile', environment: 'unclassified', credentials: 'sso', session: 'corp' } as const;
const PROFILE: Account = {
  ...SSO,
  id: 'profile:work',
  name: 'work',
  region: 'eu-west-1',
  accountNumber: '111111111111',
  roleName: 'Developer',
};

interface Given {
  readonly roles?: Answer<'accounts.roles'>;
  readonly addProfile?: Answer<'accounts.addProfile'>;
  readonly further?: readonly Account[];
}

/** The settings of a person with one profile, and the dialog of its session. */
async function openDialog({ roles = () => ROLES, addProfile, further = [] }: Given) {
  const accounts = [PROFILE, ...further];
  const add = vi.fn<Answer<'accounts.addProfile'>>(
    addProfile ??
      (({ name, session, accountId, roleName, region }) => {
        accounts.push({
          ...SSO,
          id: `profile:${name}`,
          name,
          session,
          accountNumber: accountId,
          roleName,
          region,
        });
        return { account: `profile:${name}`, file: FILE };
      }),
  );
  renderWithEngine(<ConnectionsCard />, {
    'accounts.list': () => ({ accounts: [...accounts] }),
    'environments.of': () => ({
      environment: 'unclassified',
      from: 'none',
      confirm: 'name',
      readOnly: false,
      mutableTags: 'allow',
    }),
    'accounts.roles': roles,
    'accounts.addProfile': add,
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Add roles of corp…' }));
  return { dialog: within(await screen.findByRole('dialog', { name: 'Add roles of corp' })), add };
}

const value = (field: HTMLElement): string | undefined =>
  field instanceof HTMLInputElement ? field.value : undefined;

it('the roles of a session are listed below their accounts, and those that are profiles are marked', async () => {
  const { dialog } = await openDialog({});
  const shop = within(await dialog.findByRole('group', { name: 'shop 111111111111' }));
  expect(shop.getAllByRole('radio')).toHaveLength(2);
  expect(shop.getByText('Already the profile work')).toBeDefined();
  const lake = within(dialog.getByRole('group', { name: 'data lake 222222222222' }));
  expect(lake.getByRole('radio', { name: 'ReadOnly' })).toBeDefined();
  expect(lake.queryByText(/^Already/)).toBeNull();
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id }) => id)).toEqual([]);
});

it('the search finds roles by the name and the id of their account, and says when none matches', async () => {
  const { dialog } = await openDialog({});
  await dialog.findByRole('radio', { name: 'ReadOnly' });
  await userEvent.keyboard('2222 read');
  expect(dialog.getAllByRole('radio')).toHaveLength(1);
  await userEvent.keyboard('x');
  expect(dialog.getByText('No account and no role matches')).toBeDefined();
});

it('a role becomes a profile with a free name and the region of the session, and the list and the dialog show it', async () => {
  const taken: Account = { ...PROFILE, id: 'profile:x', name: 'data-lake-ReadOnly', session: 'other' };
  const { dialog, add } = await openDialog({ further: [taken] });
  await userEvent.click(await dialog.findByRole('radio', { name: 'ReadOnly' }));
  expect(value(dialog.getByLabelText('Profile name'))).toBe('data-lake-ReadOnly-2');
  expect(value(dialog.getByRole('combobox', { name: 'Region' }))).toBe('eu-west-1');
  await userEvent.click(dialog.getByRole('button', { name: 'Add profile' }));
  expect(await dialog.findByText(`The profile data-lake-ReadOnly-2 was added to ${FILE}.`)).toBeDefined();
  expect(add.mock.calls[0]?.[0]).toEqual({
    session: 'corp',
    name: 'data-lake-ReadOnly-2',
    accountId: '222222222222',
    roleName: 'ReadOnly',
    region: 'eu-west-1',
  });
  expect(await dialog.findByText('Already the profile data-lake-ReadOnly-2')).toBeDefined();
  expect(screen.getByRole('row', { name: /^data-lake-ReadOnly-2/, hidden: true })).toBeDefined();
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('the name of a profile that was typed and not added is there when the role is chosen again, until it is added', async () => {
  const { dialog } = await openDialog({});
  await userEvent.click(await dialog.findByRole('radio', { name: 'Administrator' }));
  const name = dialog.getByRole('textbox', { name: 'Profile name' });
  await userEvent.clear(name);
  await userEvent.type(name, 'shop-ops');
  cleanup();
  const again = await openDialog({});
  await userEvent.click(await again.dialog.findByRole('radio', { name: 'Administrator' }));
  expect(value(again.dialog.getByRole('textbox', { name: 'Profile name' }))).toBe('shop-ops');
  await userEvent.click(again.dialog.getByRole('button', { name: 'Add profile' }));
  expect(await again.dialog.findByText(/shop-ops was added/)).toBeDefined();
  expect(window.localStorage).toHaveLength(0);
});

it('a name or a region that cannot be in the file is not sent', async () => {
  const { dialog, add } = await openDialog({});
  await userEvent.click(await dialog.findByRole('radio', { name: 'ReadOnly' }));
  await userEvent.type(dialog.getByLabelText('Profile name'), ']');
  expect(dialog.getByText('The name may have letters, digits and _@+.%:/-.')).toBeDefined();
  await userEvent.keyboard('{Enter}');
  await userEvent.keyboard('{Backspace}');
  await userEvent.type(dialog.getByRole('combobox', { name: 'Region' }), ' x');
  expect(dialog.getByText('This is not the name of an AWS region.')).toBeDefined();
  const button = dialog.getByRole('button', { name: 'Add profile' });
  expect(button instanceof HTMLButtonElement && button.disabled).toBe(true);
  expect(add).not.toHaveBeenCalled();
});

it('a name that exists is refused with the sentence of the engine, and another one is added', async () => {
  const sentence = `There is a profile work already (line 3 of ${FILE}). Choose another name; nothing was written.`;
  const { dialog } = await openDialog({
    addProfile: ({ name }) => {
      if (name === 'work') throw new SlipwayError('CONFLICT', sentence);
      return { account: `profile:${name}`, file: FILE };
    },
  });
  await userEvent.click(await dialog.findByRole('radio', { name: 'ReadOnly' }));
  const name = dialog.getByLabelText('Profile name');
  await userEvent.clear(name);
  await userEvent.type(name, 'work{Enter}');
  expect(await dialog.findByText(sentence)).toBeDefined();
  await userEvent.type(name, '2{Enter}');
  expect(await dialog.findByText(`The profile work2 was added to ${FILE}.`)).toBeDefined();
});

it('a sign-in that was declined is the sentence of the engine, and the person is asked again by Try again', async () => {
  const sentence = 'corp is not signed in. Sign in when Slipway asks.';
  let isDeclined = true;
  const { dialog } = await openDialog({
    roles: () => {
      if (isDeclined) throw new SlipwayError('AUTH_REQUIRED', sentence);
      return ROLES;
    },
  });
  expect(await dialog.findByText(sentence)).toBeDefined();
  isDeclined = false;
  await userEvent.click(dialog.getByRole('button', { name: 'Try again' }));
  expect(await dialog.findByRole('radio', { name: 'ReadOnly' })).toBeDefined();
});

it('Escape closes the dialog, also where the focus was lost with a sign-in dialog, and first an open list of regions', async () => {
  const { dialog } = await openDialog({});
  await userEvent.click(await dialog.findByRole('radio', { name: 'ReadOnly' }));
  await userEvent.click(dialog.getByRole('combobox', { name: 'Region' }));
  await userEvent.keyboard('{Escape}');
  expect(screen.getByRole('dialog')).toBeDefined();
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('a refusal is shown, and is not repeated before a person asks', async () => {
  const roles = vi.fn<Answer<'accounts.roles'>>(() => {
    throw new SlipwayError('FORBIDDEN', 'Identity Center refused this.');
  });
  const { dialog } = await openDialog({ roles });
  expect(await dialog.findByText('Identity Center refused this.')).toBeDefined();
  window.dispatchEvent(new Event('focus'));
  expect(roles).toHaveBeenCalledTimes(1);
  await userEvent.click(dialog.getByRole('button', { name: 'Try again' }));
  expect(await dialog.findByText('Identity Center refused this.')).toBeDefined();
  expect(roles).toHaveBeenCalledTimes(2);
});

it('roles that are being read and a session without roles are named', async () => {
  const answered = Promise.withResolvers<readonly OfferedRole[]>();
  const { dialog } = await openDialog({ roles: () => answered.promise });
  expect(dialog.getByText('Loading roles…')).toBeDefined();
  answered.resolve([]);
  expect(await dialog.findByText('No roles in corp')).toBeDefined();
});
