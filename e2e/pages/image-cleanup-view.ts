import type { Locator, Page } from '@playwright/test';

export interface ImageCleanupView {
  readonly progress: Locator;
  /** Chooses a repository, and what stays; shows the preview. */
  show(repository: string, policy: { readonly keepNewest: number; readonly keepDays: number }): Promise<void>;
  /** An image of the preview by its name, if it is in sight. */
  image(name: string): Locator;
  /** Shows also what is kept. */
  showAll(): Promise<void>;
  run(confirmation: string): Promise<void>;
}

/** The clean-up of ECR images of the account and region. */
export function imageCleanupView(page: Page): ImageCleanupView {
  const preview = page.getByRole('region', { name: /^Preview of/ });
  return {
    progress: page.getByRole('region', { name: 'Clean-up', exact: true }),
    async show(repository, { keepNewest, keepDays }) {
      await page.getByRole('combobox', { name: 'Repositories' }).click();
      await page.getByRole('option', { name: repository, exact: true }).click();
      await page.keyboard.press('Escape');
      await page.getByLabel('Keep the newest').fill(String(keepNewest));
      await page.getByLabel('Keep newer than').fill(String(keepDays));
      await page.getByRole('button', { name: 'Preview', exact: true }).click();
    },
    image: (name) => preview.getByRole('listitem').filter({ hasText: name }),
    showAll: () => preview.getByText(/^All \d/).click(),
    async run(confirmation) {
      await page.getByLabel(/Type .* to continue/).fill(confirmation);
      await page.getByRole('button', { name: /permanently$/ }).click();
    },
  };
}
