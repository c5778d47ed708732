import type { Locator, Page } from '@playwright/test';
import { openAddress } from './address.ts';

/** The page that releases an image to many services. */
export interface FleetPage {
  open(account: string, region: string): Promise<void>;
  chooseImage(repository: string, tag: string): Promise<void>;
  /** Ticks a service, such as `staging / web`. */
  tick(service: string): Promise<void>;
  plan(): Promise<void>;
  /** A service of the plan, folded. */
  planned(service: string): Locator;
  readonly confirmation: Locator;
  readonly deploy: Locator;
  readonly standing: Locator;
  /** A service of the board. */
  row(service: string): Locator;
  readonly stopAndRollBack: Locator;
}

export function fleetPage(page: Page): FleetPage {
  const main = page.getByRole('main');
  return {
    open: (account, region) => openAddress(page, `/a/${account}/${region}/fleet`),
    async chooseImage(repository, tag) {
      await main.getByRole('combobox', { name: 'Repository' }).click();
      await page.getByRole('option', { name: repository, exact: true }).click();
      await main.getByRole('textbox', { name: /^Search tags/ }).fill(tag);
      await main.getByRole('listbox').getByRole('option').first().click();
    },
    tick: (service) => main.getByRole('checkbox', { name: service }).check(),
    plan: () => main.getByRole('button', { name: 'Plan', exact: true }).click(),
    planned: (service) => main.locator('summary').filter({ hasText: service }),
    confirmation: main.getByRole('textbox', { name: /^This is production/ }),
    deploy: main.getByRole('button', { name: /^Deploy .* to \d+ services?$/ }),
    standing: main.getByRole('status'),
    row: (service) => main.getByRole('row').filter({ hasText: service }),
    stopAndRollBack: main.getByRole('button', { name: 'Stop and roll back' }),
  };
}
