import type { Locator, Page } from '@playwright/test';

/** A plan on the screen: read, confirmed, carried out. */
export interface PlanForm {
  readonly form: Locator;
  readonly problem: Locator;
  check(words: string | RegExp): Locator;
  /** Says why, types the name that production asks for, and presses the button. */
  carryOut(button: string, words: { readonly why: string; readonly confirmation?: string }): Promise<void>;
}

export function planForm(page: Page): PlanForm {
  const form = page.getByRole('form');
  return {
    form,
    problem: form.getByRole('alert'),
    check: (words) => form.getByRole('listitem').filter({ hasText: words }),
    async carryOut(button, { why, confirmation }) {
      await form.getByRole('textbox', { name: 'Why' }).fill(why);
      if (confirmation !== undefined) await form.getByLabel(/This is production/).fill(confirmation);
      await form.getByRole('button', { name: button, exact: true }).click();
    },
  };
}
