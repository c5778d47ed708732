import type { Locator, Page } from '@playwright/test';

/** A plan on the screen: read, confirmed, carried out. */
export interface PlanForm {
  readonly form: Locator;
  readonly problem: Locator;
  readonly title: Locator;
  readonly why: Locator;
  readonly changes: Locator;
  /** The calls as they are sent and answered. */
  readonly sent: Locator;
  readonly continueDeployment: Locator;
  readonly deregister: Locator;
  /** Where production asks for a name. */
  readonly confirmation: Locator;
  action(button: string): Locator;
  check(words: string | RegExp): Locator;
  /** Decides to go ahead with a check that failed. */
  override(words: string | RegExp): Promise<void>;
  /** Says why, types the name that production asks for, and presses the button. */
  carryOut(button: string, words: { readonly why: string; readonly confirmation?: string }): Promise<void>;
}

export function planForm(page: Page): PlanForm {
  const form = page.getByRole('form');
  const why = form.getByRole('textbox', { name: 'Reason' });
  const confirmation = form.getByLabel(/^Type .+ to /);
  const section = (title: string) =>
    form.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  return {
    form,
    problem: form.getByRole('alert'),
    why,
    title: form.getByRole('heading', { level: 2 }).first(),
    changes: section('Changes'),
    sent: section('Requests sent to AWS'),
    continueDeployment: form.getByRole('button', { name: 'Continue deployment' }),
    deregister: form.getByRole('button', { name: /^Deregister / }),
    confirmation,
    action: (button) => form.getByRole('button', { name: button, exact: true }),
    check: (words) => form.getByRole('listitem').filter({ hasText: words }),
    override: (words) => form.getByRole('listitem').filter({ hasText: words }).getByRole('checkbox').check(),
    async carryOut(button, words) {
      await why.fill(words.why);
      if (words.confirmation !== undefined) await confirmation.fill(words.confirmation);
      await form.getByRole('button', { name: button, exact: true }).click();
    },
  };
}
