import type { Locator, Page } from '@playwright/test';

/** The comparison of two revisions. */
export interface DiffPage {
  readonly heading: Locator;
  readonly images: Locator;
  readonly otherChanges: Locator;
  /** The two task definitions beside each other, with what differs marked. */
  readonly before: Locator;
  readonly after: Locator;
  showJson(): Promise<void>;
}

export function diffPage(page: Page): DiffPage {
  const json = page.getByRole('region', { name: 'Task definitions as JSON' });
  return {
    heading: page.getByRole('heading', { level: 1 }),
    images: page.getByRole('region', { name: 'Images' }),
    otherChanges: page.getByRole('region', { name: 'Other changes' }),
    before: json.getByRole('textbox', { name: 'Before' }),
    after: json.getByRole('textbox', { name: 'After' }),
    showJson: () => json.getByRole('button', { name: 'Show side by side' }).click(),
  };
}
