import type { Locator, Page } from '@playwright/test';

/** The page of one service. */
export interface ServicePage {
  readonly heading: Locator;
  readonly deploy: Locator;
  readonly rollBack: Locator;
  readonly scale: Locator;
  readonly whatRuns: Locator;
  tab(name: 'History' | 'Tasks' | 'Events' | 'Configuration' | 'Revisions'): Locator;
  /** The row of a release in the history. */
  release(revision: string): Locator;
}

export function servicePage(page: Page): ServicePage {
  return {
    heading: page.getByRole('heading', { level: 1 }),
    deploy: page.getByRole('button', { name: /^Deploy…/ }),
    rollBack: page.getByRole('button', { name: /^Roll back/ }).first(),
    scale: page.getByRole('button', { name: /^Scale/ }),
    whatRuns: page.getByRole('region', { name: 'What runs' }),
    tab: (name) => page.getByRole('tab', { name }),
    release: (revision) => page.getByRole('row').filter({ hasText: revision }).first(),
  };
}
