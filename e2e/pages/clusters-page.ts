import type { Locator, Page } from '@playwright/test';

/** The clusters of an account and region. */
export interface ClustersPage {
  readonly heading: Locator;
  readonly clusters: Locator;
  /** Why they could not be read; a missing login is said by the window instead. */
  readonly problem: Locator;
  readonly tryAgain: Locator;
}

export function clustersPage(page: Page): ClustersPage {
  const main = page.getByRole('main');
  const problem = main.getByRole('alert');
  return {
    heading: main.getByRole('heading', { level: 1 }),
    clusters: main.getByRole('row'),
    problem,
    tryAgain: problem.getByRole('button', { name: 'Try again' }),
  };
}
