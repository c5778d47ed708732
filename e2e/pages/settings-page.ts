import type { Locator, Page } from '@playwright/test';

export interface SettingsView {
  readonly heading: Locator;
  readonly addRule: Locator;
  /** The rules of environments in their order. */
  readonly rules: Locator;
  readonly alert: Locator;
  readonly form: RuleFormView;
  readonly webhookAddress: Locator;
  readonly saveAddress: Locator;
  readonly sendTest: Locator;
  readonly status: Locator;
  check(account: string): Locator;
  editRule(rule: string): Locator;
  moveUp(rule: string): Locator;
  /** The path of the file of rules. */
  rulesFile(): Promise<string>;
}

interface RuleFormView {
  readonly form: Locator;
  readonly save: Locator;
  field(label: string): Locator;
  choice(label: string): Locator;
}

/** The settings. */
export function settingsPage(page: Page): SettingsView {
  const form = page.getByRole('form');
  const rules = page.getByRole('list', { name: 'Environments' }).getByRole('listitem');
  return {
    heading: page.getByRole('heading', { name: 'Settings', level: 1 }),
    addRule: page.getByRole('button', { name: 'Add rule' }),
    rules,
    alert: page.getByRole('main').getByRole('alert'),
    form: {
      form,
      save: form.getByRole('button', { name: 'Save rule' }),
      field: (label) => form.getByLabel(label, { exact: true }),
      choice: (label) => form.locator('label').filter({ hasText: new RegExp(`^${label}$`) }),
    },
    webhookAddress: page.getByLabel('Webhook address', { exact: true }),
    saveAddress: page.getByRole('button', { name: 'Save address' }),
    sendTest: page.getByRole('button', { name: 'Send a test' }),
    status: page.getByRole('region', { name: 'Notifications' }).getByRole('status'),
    check: (account) => page.getByRole('button', { name: `Check the connection to ${account}` }),
    editRule: (rule) => page.getByRole('button', { name: `Edit the rule for ${rule}`, exact: true }),
    moveUp: (rule) => page.getByRole('button', { name: `Move the rule for ${rule} up`, exact: true }),
    rulesFile: async () => {
      const text = await page
        .getByText(/environments\.yml$/)
        .last()
        .textContent();
      return text?.trim() ?? '';
    },
  };
}
