import type { Locator, Page } from '@playwright/test';

/** Asks how many tasks are desired, up to the plan. */
export interface ScaleDialog {
  readonly dialog: Locator;
  planFor(count: number): Promise<void>;
}

export function scaleDialog(page: Page): ScaleDialog {
  const dialog = page.getByRole('dialog', { name: /^Scale / });
  return {
    dialog,
    async planFor(count) {
      await dialog.getByRole('textbox', { name: 'Desired tasks' }).fill(String(count));
      await dialog.getByRole('button', { name: 'Review changes' }).click();
    },
  };
}
