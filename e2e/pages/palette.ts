import type { Locator, Page } from '@playwright/test';

/** The command palette. */
export interface Palette {
  readonly search: Locator;
  readonly actions: Locator;
}

export function palette(page: Page): Palette {
  const dialog = page
    .getByRole('dialog')
    .filter({ has: page.getByPlaceholder(/^Search services, clusters/) });
  return {
    search: page.getByPlaceholder('Search services, clusters and actions'),
    actions: dialog.getByRole('button'),
  };
}

/** All keys, as `?` shows them. */
export function shortcutSheet(page: Page): Locator {
  return page.getByRole('dialog', { name: 'Keys' });
}
