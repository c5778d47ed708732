import type { Locator, Page } from '@playwright/test';

/** The deployment that is under way, or how it ended. */
export interface RolloutCard {
  /** The sentence, with the outcome before it. */
  readonly sentence: Locator;
  readonly newLane: Locator;
  readonly failures: Locator;
  dismiss(): Promise<void>;
}

export function rolloutCard(page: Page): RolloutCard {
  const card = page.getByRole('region', { name: /^Deployment/ });
  return {
    sentence: card.getByRole('status').first(),
    newLane: card.getByRole('region', { name: /^New revision/ }),
    failures: card.getByRole('table', { name: 'Stopped tasks by cause' }),
    dismiss: () => card.getByRole('button', { name: 'Dismiss' }).click(),
  };
}
