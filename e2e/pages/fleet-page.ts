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
  readonly state: Locator;
  /** A service of the board. */
  row(service: string): Locator;
  readonly stopAndRollBack: Locator;
  readonly continueRelease: Locator;
  /** Of a fleet that has ended. */
  readonly rollBackAll: Locator;
  /** The second question before many services are changed. */
  readonly question: Locator;
  /** What the page is opened with from a service: the image that it runs. */
  readonly fromService: Locator;
  /** Deals services out by hand: a wave number for each. */
  dealByHand(): Promise<void>;
  /** The wave number of a service, such as `staging / web`. */
  wave(service: string): Locator;
  /** Between two waves: `after-first` and so on. */
  readonly pause: Locator;
  readonly planButton: Locator;
  checkbox(service: string): Locator;
}

export function fleetPage(page: Page): FleetPage {
  const main = page.getByRole('main');
  return {
    open: (account, region) => openAddress(page, `/a/${account}/${region}/fleet`),
    async chooseImage(repository, tag) {
      await main.getByRole('combobox', { name: 'Repository' }).click();
      await page.getByRole('option', { name: repository, exact: true }).click();
      await main.getByRole('textbox', { name: /^Search tags/ }).fill(tag);
      await main.getByRole('listbox').getByRole('option').filter({ hasText: tag }).first().click();
    },
    tick: (service) => main.getByRole('checkbox', { name: service }).check(),
    plan: () => main.getByRole('button', { name: 'Review changes', exact: true }).click(),
    planned: (service) => main.locator('summary').filter({ hasText: service }),
    confirmation: main.getByRole('textbox', { name: /^Type .+ to / }),
    deploy: main.getByRole('button', { name: /^Deploy .* to \d+ services?$/ }),
    state: main.getByRole('status'),
    row: (service) => main.getByRole('row').filter({ hasText: service }),
    stopAndRollBack: main.getByRole('button', { name: /^Stop and roll back/ }),
    continueRelease: main.getByRole('button', { name: /^Continue with/ }),
    rollBackAll: main.getByRole('button', { name: /^Roll back all/ }),
    question: page.getByRole('dialog'),
    fromService: main.getByRole('link', { name: /^Deploy to other services/ }).first(),
    dealByHand: () => main.getByText('Choose wave per service').click(),
    wave: (service) => main.getByRole('textbox', { name: `Wave of ${service}` }),
    pause: main.getByRole('combobox', { name: 'Between waves' }),
    planButton: main.getByRole('button', { name: 'Review changes', exact: true }),
    checkbox: (service) => main.getByRole('checkbox', { name: service }),
  };
}
