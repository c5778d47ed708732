import type { Locator, Page } from '@playwright/test';

/** What stands around every view: header, notices, accounts, status bar. */
export interface WindowFrame {
  /** The document's element, which says the theme. */
  readonly root: Locator;
  readonly badge: Locator;
  /** The window's outermost element, whose left edge has the colour of the environment. */
  readonly edge: Locator;
  readonly identity: Locator;
  readonly notice: Locator;
  /** What the window says until AWS can be reached again: the time of the next try, and the button for it. */
  readonly nextTry: Locator;
  readonly tryAgainNow: Locator;
  readonly status: Locator;
  readonly accounts: Locator;
  readonly accountsProblem: Locator;
  readonly journal: Locator;
  account(name: string): Locator;
  cluster(name: string): Locator;
  changeTheme(to: 'light' | 'dark'): Promise<void>;
}

export function windowFrame(page: Page): WindowFrame {
  const header = page.getByRole('banner');
  const accounts = page.getByRole('navigation', { name: 'Accounts and clusters' });
  return {
    root: page.locator('html'),
    badge: header.getByText(/^(production|staging|development|sandbox)$/).first(),
    edge: page.locator('div:has(> header)'),
    identity: header.getByText(/· \d{12}/),
    // Said above all views, outside of the main landmark.
    notice: page.locator('header + div').getByRole('alert'),
    nextTry: page.locator('header + div').getByText(/^(?:Next try in \d+ s|Trying again…)$/),
    tryAgainNow: page.locator('header + div').getByRole('button', { name: 'Try again now' }),
    status: page.getByRole('contentinfo'),
    accounts,
    accountsProblem: accounts.getByRole('alert'),
    journal: accounts.getByRole('link', { name: 'Journal' }),
    account: (name) => accounts.getByRole('link', { name, exact: true }),
    cluster: (name) => accounts.getByRole('link', { name: new RegExp(`^${name} \\d`) }),
    changeTheme: (to) => page.getByRole('button', { name: `Change to the ${to} theme` }).click(),
  };
}

/** The colour of an element's left border, as the browser computes it. */
export function edgeColour(edge: Locator): Promise<string> {
  return edge.evaluate((element) => getComputedStyle(element).borderLeftColor);
}
