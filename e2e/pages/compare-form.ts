import type { Locator, Page } from '@playwright/test';

export interface ComparedService {
  readonly cluster: string;
  readonly service: string;
}

/** Chooses the two sides of a comparison. */
export interface CompareForm {
  chooseService(side: 'Before' | 'After', compared: ComparedService): Promise<void>;
  readonly compare: Locator;
}

export function compareForm(page: Page): CompareForm {
  const form = page.getByRole('region', { name: 'Revisions to compare' });
  return {
    async chooseService(side, { cluster, service }) {
      const fields = form.getByRole('group', { name: side });
      await fields.getByRole('combobox', { name: 'Compare' }).click();
      await page.getByRole('option', { name: 'Service (running now)' }).click();
      await fields.getByRole('combobox', { name: 'Cluster' }).click();
      await page.getByRole('option', { name: cluster, exact: true }).click();
      await fields.getByRole('combobox', { name: 'Service' }).click();
      await page.getByRole('option', { name: service, exact: true }).click();
    },
    compare: form.getByRole('button', { name: 'Compare', exact: true }),
  };
}
