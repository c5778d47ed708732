import type { Locator, Page } from '@playwright/test';

/** A service and what tells it apart from others of its name. */
export interface ComparedService {
  readonly service: string;
  readonly cluster: string;
  readonly region: string;
  /** The name of the account. */
  readonly account: string;
}

/** Chooses the two sides of a comparison. */
export interface CompareForm {
  chooseService(side: 'Before' | 'After', compared: ComparedService): Promise<void>;
  readonly compare: Locator;
}

export function compareForm(page: Page): CompareForm {
  const form = page.getByRole('region', { name: 'Revisions to compare' });
  return {
    async chooseService(side, { service, cluster, region, account }) {
      const fields = form.getByRole('group', { name: side });
      await fields.getByRole('combobox', { name: 'Compare' }).click();
      await page.getByRole('option', { name: 'Service (running now)' }).click();
      await fields.getByRole('combobox', { name: 'Service' }).fill(service);
      await page
        .getByRole('option', { name: `${service} ${cluster}, ${region}, ${account}`, exact: true })
        .click();
    },
    compare: form.getByRole('button', { name: 'Compare', exact: true }),
  };
}
