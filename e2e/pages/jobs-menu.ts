import type { Locator, Page } from '@playwright/test';

/** Long work of the engine, in the header. */
export interface JobsMenu {
  /** Says how many jobs there are; it is there once there is one. */
  readonly button: Locator;
  job(title: string | RegExp): Locator;
}

export function jobsMenu(page: Page): JobsMenu {
  return {
    button: page.getByRole('banner').getByRole('button', { name: /^Activity/ }),
    job: (title) =>
      page
        .getByRole('dialog', { name: /^Activity/ })
        .getByRole('listitem')
        .filter({ hasText: title }),
  };
}
