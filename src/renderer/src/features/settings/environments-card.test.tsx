import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Input } from '../../../../shared/contract.ts';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { EnvironmentRule, EnvironmentRules } from '../../../../shared/model/environment.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { createQueryClient } from '../../lib/queries.ts';
import { type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { EnvironmentsCard } from './environments-card.tsx';

afterEach(() => {
  cleanup();
  localStorage.clear();
});

const FILE = '/home/ana/.slipway/environments.yml';
const PAYMENTS: EnvironmentRule = {
  cluster: 'payments-*',
  environment: 'production',
  mutableTags: 'refuse',
};
const LEDGER: EnvironmentRule = {
  service: 'ledger',
  readOnly: true,
  window: { days: ['mon'], from: '09:00', to: '17:00', timeZone: 'Europe/Berlin' },
};

/** The card, over a file whose rules a test can change as somebody else would. */
function openRules(
  first: Partial<EnvironmentRules>,
  change: (input: Immutable<Input<'environments.changeRules'>>) => readonly EnvironmentRule[] = () => {
    throw new Error('Nothing was to be changed.');
  },
) {
  let now: EnvironmentRules = { file: FILE, version: '1', rules: [], ...first };
  const changed: Immutable<Input<'environments.changeRules'>>[] = [];
  const write = (next: Partial<EnvironmentRules>): void => {
    now = { ...now, ...next };
  };
  const answers: Answers = {
    'accounts.list': () => ({ accounts: [] }),
    'environments.rules': () => now,
    'environments.changeRules': (input) => {
      changed.push(input);
      write({ version: `${changed.length + 1}`, rules: change(input) });
      return now;
    },
  };
  const cache = createQueryClient();
  renderWithEngine(<EnvironmentsCard />, answers, cache);
  return {
    user: userEvent.setup(),
    changed,
    write: async (next: Partial<EnvironmentRules>): Promise<void> => {
      write(next);
      await cache.invalidateQueries({ queryKey: ['environments.rules'] });
    },
  };
}

const button = (name: string | RegExp) => screen.findByRole('button', { name });
const rulesList = () => screen.findByRole('list', { name: 'Environments' });

describe('the rules of environments', () => {
  it('each say what they match and how changes are guarded', async () => {
    openRules({ rules: [PAYMENTS, { ...LEDGER, ledger: { table: 'slipway-ledger', required: true } }] });
    const [payments, ledger] = within(await rulesList()).getAllByRole('listitem');
    expect(payments?.textContent).toContain('productioncluster payments-*No mutable tags');
    expect(ledger?.textContent).toContain(
      'service ledgerRead-only · Mo 09:00 to 17:00 (Europe/Berlin) · Ledger slipway-ledger, required',
    );
    expect(screen.getByText(FILE)).toBeDefined();
  });

  it('are shown by the name and the color that they give', async () => {
    openRules({ rules: [{ ...PAYMENTS, name: 'Live shop', color: 'pink' }] });
    const badge = await screen.findByText('Live shop');
    expect(badge.className).toContain('pink');
    expect(badge.title).toBe('Live shop (production)');
  });

  it('explain how to classify a place where there are none', async () => {
    openRules({});
    expect(await screen.findByText('No rules yet')).toBeDefined();
  });

  it('of a file with a mistake name its line, and cannot be changed', async () => {
    const problem = `Line 3 of ${FILE} is not valid: rules.0.environment.`;
    openRules({ rules: [PAYMENTS], problem });
    expect((await screen.findByRole('alert')).textContent).toBe(
      `${problem} Correct the file before you change rules here.`,
    );
    for (const name of ['Add rule', 'Edit the rule for cluster payments-*'])
      expect((await button(name)).hasAttribute('disabled')).toBe(true);
  });

  it('of a file with a mistake are not said to be missing', async () => {
    openRules({ problem: `Line 1 of ${FILE} is not valid: this is not valid YAML.` });
    expect((await screen.findByRole('alert')).textContent).toContain('Line 1');
    expect(screen.queryByText('No rules yet')).toBeNull();
  });

  it('are moved with the version that was read, and the keyboard goes along', async () => {
    const { user, changed } = openRules({ rules: [PAYMENTS, LEDGER] }, () => [LEDGER, PAYMENTS]);
    await user.click(await button('Move the rule for service ledger up'));
    const edit = await button('Edit the rule for service ledger');
    await vi.waitFor(() => expect(document.activeElement).toBe(edit));
    expect(changed).toEqual([{ version: '1', change: { kind: 'move', at: 1, to: 0 } }]);
  });
});

describe('the form of a rule', () => {
  it('adds a rule with all of its settings', async () => {
    const { user, changed } = openRules({}, () => [PAYMENTS]);
    await user.click(await button('Add rule'));
    const form = within(await screen.findByRole('form', { name: 'New rule' }));
    await user.type(form.getByLabelText('Account'), 'acme-*');
    await user.selectOptions(form.getByLabelText('Environment'), 'Production');
    await user.type(form.getByLabelText('Name'), 'Live shop');
    await user.click(form.getByLabelText('Pink'));
    await user.click(form.getByLabelText('Type the name'));
    await user.click(form.getByLabelText('Read-only'));
    const choose = (setting: string, choice: string) =>
      user.click(within(form.getByRole('radiogroup', { name: setting })).getByLabelText(choice));
    await choose('Mutable tags', 'Refuse');
    await user.selectOptions(form.getByLabelText('Refuse at or above'), 'Critical');
    await user.selectOptions(form.getByLabelText('Warn at or above'), 'High');
    await choose('Without a scan', 'Warn');
    await choose('Signature', 'Required');
    await user.click(form.getByLabelText('Only in a time window'));
    await user.click(form.getByLabelText('Friday'));
    const zone = form.getByLabelText('Time zone');
    await user.clear(zone);
    await user.type(zone, 'Europe/Berlin');
    await user.type(form.getByLabelText('DynamoDB table'), 'slipway-ledger');
    // Pasted, as a key draws the whole form again: a hundred of them took seconds.
    const paste = async (field: string, text: string) => {
      await user.click(form.getByLabelText(field));
      await user.paste(text);
    };
    await paste(
      'Freezes',
      '2026-12-20 2027-01-02 UTC on holiday\n2027-04-01 2027-04-02 audit\n2027-05-01 2027-05-02 Asia/Kolkata sale',
    );
    await user.type(form.getByLabelText('Who may deploy'), 'role/deployer{enter}user/mira');
    await paste('Ticket in the reason or the link', 'OPS-[0-9]+');
    await user.type(form.getByLabelText('Allowed repositories'), 'none');
    await paste('Checks that may be overridden', 'freeze: role/lead, user/mira\nrelease-window');
    await choose('Approvals of a release', 'Two people');
    await user.click(form.getByRole('button', { name: 'Save rule' }));
    await screen.findByText('cluster payments-*');
    expect(changed).toEqual([
      {
        version: '1',
        change: {
          kind: 'add',
          at: 0,
          rule: {
            account: 'acme-*',
            environment: 'production',
            name: 'Live shop',
            color: 'pink',
            confirm: 'name',
            readOnly: true,
            mutableTags: 'refuse',
            findings: { refuse: 'critical', warn: 'high', unscanned: 'warn' },
            signature: 'required',
            window: {
              days: ['mon', 'tue', 'wed', 'thu'],
              from: '09:00',
              to: '17:00',
              timeZone: 'Europe/Berlin',
            },
            ledger: { table: 'slipway-ledger' },
            freezes: [
              { from: '2026-12-20', to: '2027-01-02', timeZone: 'UTC', reason: 'on holiday' },
              { from: '2027-04-01', to: '2027-04-02', reason: 'audit' },
              { from: '2027-05-01', to: '2027-05-02', timeZone: 'Asia/Kolkata', reason: 'sale' },
            ],
            deployers: [{ identity: 'role/deployer' }, { identity: 'user/mira' }],
            ticket: 'OPS-[0-9]+',
            repositories: [],
            overrides: [{ check: 'freeze', by: ['role/lead', 'user/mira'] }, 'release-window'],
            approvals: 'two-people',
          },
        },
      },
    ]);
    expect(screen.queryByRole('form')).toBeNull();
  });

  it('says what is missing and what is no time zone, and sends nothing', async () => {
    const { user, changed } = openRules({});
    await user.click(await button('Add rule'));
    const form = within(await screen.findByRole('form', { name: 'New rule' }));
    await user.click(form.getByRole('button', { name: 'Save rule' }));
    expect(form.getByRole('alert').textContent).toBe(
      'The rule matches nothing: give it an account, a cluster or a service.',
    );
    await user.type(form.getByLabelText('Cluster'), 'web');
    await user.click(form.getByLabelText('Only in a time window'));
    await user.type(form.getByLabelText('Time zone'), 'Mars');
    await user.click(form.getByRole('button', { name: 'Save rule' }));
    expect(form.getByText('is not an IANA time zone such as Europe/Berlin')).toBeDefined();
    expect(changed).toEqual([]);
  });

  it('keeps what was typed in a form when the page is left, until it is saved or discarded', async () => {
    const first = openRules({ rules: [PAYMENTS] });
    await first.user.click(await button(/^Edit the rule/));
    await first.user.type(await screen.findByLabelText('Name'), 'Live shop');
    await first.user.click(screen.getByLabelText('Read-only'));
    cleanup();
    const again = openRules({ rules: [{ cluster: 'new' }, PAYMENTS] });
    expect(await screen.findByDisplayValue('Live shop')).toBeDefined();
    expect(screen.getByLabelText('Read-only')).toHaveProperty('checked', true);
    await again.user.click(await button('Discard'));
    cleanup();
    openRules({ rules: [PAYMENTS] });
    await button(/^Edit the rule/);
    expect(screen.queryByRole('form')).toBeNull();
  });

  it('sets that a release needs a reason, and shows that in the list', async () => {
    const { user, changed } = openRules({ rules: [PAYMENTS] }, () => [{ ...PAYMENTS, reason: 'required' }]);
    await user.click(await button(/^Edit the rule/));
    const reasons = within(await screen.findByRole('radiogroup', { name: 'Reason for a release' }));
    await user.click(reasons.getByLabelText('Required'));
    await user.click(await button('Save rule'));
    expect(await screen.findByText(/Reason required/)).toBeDefined();
    expect(changed).toMatchObject([{ change: { rule: { ...PAYMENTS, reason: 'required' } } }]);
  });

  it('replaces the rule where it stands by now, after others were added before it', async () => {
    const { user, changed, write } = openRules({ rules: [PAYMENTS, LEDGER] }, () => []);
    await user.click(await button('Edit the rule for service ledger'));
    await user.click(await screen.findByLabelText('Read and write'));
    await write({ version: '2', rules: [{ cluster: 'new' }, PAYMENTS, LEDGER] });
    await screen.findByText('cluster new');
    await user.click(await button('Save rule'));
    await screen.findByText('No rules yet');
    expect(changed).toEqual([
      { version: '2', change: { kind: 'replace', at: 2, rule: { ...LEDGER, readOnly: false } } },
    ]);
  });

  it('keeps what was typed and saves nothing when somebody else has changed the rule', async () => {
    const { user, changed, write } = openRules({ rules: [PAYMENTS] });
    await user.click(await button(/^Edit the rule/));
    await user.type(await screen.findByLabelText('Name'), 'Live shop');
    await write({ version: '2', rules: [{ ...PAYMENTS, readOnly: true }] });
    expect(await screen.findByText(/^Somebody else changed or removed this rule/)).toBeDefined();
    expect((await button('Save rule')).hasAttribute('disabled')).toBe(true);
    expect(screen.getByDisplayValue('Live shop')).toBeDefined();
    expect(changed).toEqual([]);
  });

  it('shows why the engine has not written it, and can be saved again', async () => {
    const { user, changed } = openRules({ rules: [PAYMENTS] }, () => {
      throw new SlipwayError('CONFLICT', 'environments.yml has changed since its rules were read.');
    });
    await user.click(await button(/^Edit the rule/));
    await user.click(await button('Save rule'));
    expect((await screen.findByRole('alert')).textContent).toContain('has changed since');
    await user.click(await button('Save rule'));
    expect(changed).toHaveLength(2);
  });

  it('removes a rule after a second question', async () => {
    const { user, changed } = openRules({ rules: [PAYMENTS] }, () => []);
    await user.click(await button(/^Edit the rule/));
    await user.click(await button('Remove rule'));
    expect(changed).toEqual([]);
    await user.click(await button('Remove'));
    expect(await screen.findByText('No rules yet')).toBeDefined();
    expect(changed).toEqual([{ version: '1', change: { kind: 'remove', at: 0 } }]);
  });
});
