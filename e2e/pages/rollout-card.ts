import type { Locator, Page } from '@playwright/test';

/** The deployment that is in progress, or how it ended. */
export interface RolloutCard {
  /** The sentence, with the outcome before it. */
  readonly sentence: Locator;
  readonly newTaskGroup: Locator;
  readonly failures: Locator;
  /** What the failed container wrote last. */
  readonly lastLines: Locator;
  /** After how many minutes the person wants to be warned. */
  readonly timeLimit: Locator;
  /** That it takes longer than that, with what can be done. */
  readonly warning: Locator;
  keepWaiting(): Promise<void>;
  readonly openInLogs: Locator;
  readonly deployWithMoreMemory: Locator;
  dismiss(): Promise<void>;
}

export function rolloutCard(page: Page): RolloutCard {
  const card = page.getByRole('region', { name: /^(?:Deployment|Rollback)/ });
  return {
    sentence: card.getByRole('status').first(),
    newTaskGroup: card.getByRole('region', { name: /^New revision/ }),
    failures: card.getByRole('table', { name: 'Failures by cause' }),
    lastLines: card.getByRole('list', { name: /^Last lines of/ }),
    timeLimit: card.getByRole('textbox', { name: 'Warn me after' }),
    warning: card.getByRole('alert', { name: 'Time limit exceeded' }),
    keepWaiting: () => card.getByRole('button', { name: 'Keep waiting' }).click(),
    openInLogs: card.getByRole('link', { name: 'Open in CloudWatch Logs' }),
    deployWithMoreMemory: card.getByRole('button', { name: 'Deploy with more memory…' }),
    dismiss: () => card.getByRole('button', { name: 'Dismiss' }).click(),
  };
}
