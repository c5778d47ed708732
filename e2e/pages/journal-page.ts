import type { Locator, Page } from '@playwright/test';

/** Every change made through Slipway. */
export interface JournalPage {
  readonly heading: Locator;
  entry(words: string | RegExp): Locator;
}

export function journalPage(page: Page): JournalPage {
  return {
    heading: page.getByRole('heading', { level: 1, name: 'Journal' }),
    entry: (words) =>
      page.getByRole('region', { name: 'Journal' }).getByRole('row').filter({ hasText: words }),
  };
}
