import type { Locator, Page } from '@playwright/test';

export interface CleanupView {
  readonly progress: Locator;
  show(policy: { readonly keepNewest: number; readonly deletePermanently: boolean }): Promise<void>;
  /** A revision of the preview, if it is in sight. */
  revision(name: string): Locator;
  /** Scrolls the preview to its end: of a long list only the rows in sight are drawn. */
  showOldest(): Promise<void>;
  /** Shows also what is kept. */
  showAll(): Promise<void>;
  run(confirmation: string): Promise<void>;
}

/** The clean-up of a family; its address is that of the account and region. */
export function cleanupView(page: Page): CleanupView {
  const preview = page.getByRole('region', { name: /^Preview of/ });
  return {
    progress: page.getByRole('region', { name: 'Clean-up', exact: true }),
    async show({ keepNewest, deletePermanently }) {
      await page.getByLabel('Keep the newest').fill(String(keepNewest));
      await page.getByLabel('Delete permanently').setChecked(deletePermanently);
      await page.getByRole('button', { name: 'Preview', exact: true }).click();
    },
    revision: (name) => preview.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) }),
    showOldest: () => preview.getByRole('region', { name: 'Revisions' }).press('End'),
    showAll: () => preview.getByText(/^All \d/).click(),
    async run(confirmation) {
      await page.getByLabel(/Type .* to continue/).fill(confirmation);
      await page.getByRole('button', { name: /permanently$|^Deregister/ }).click();
    },
  };
}
