import type { Locator, Page } from '@playwright/test';

export type ServiceTab = 'History' | 'Tasks' | 'Logs' | 'Metrics' | 'Events' | 'Configuration' | 'Revisions';

/** The part of a service page that its tabs change. */
export const TAB_PANEL = '[role="tabpanel"]';

/** The page of one service. */
export interface ServicePage {
  readonly heading: Locator;
  readonly main: Locator;
  readonly deploy: Locator;
  readonly scale: Locator;
  readonly runningNow: Locator;
  /** The images of the containers, a row for each digest that runs. */
  readonly running: Locator;
  /** Said over the page, such as that the service was deleted. */
  readonly notice: Locator;
  tab(name: ServiceTab): Locator;
  readonly panel: Locator;
  /** The row of a release in the history, the newest if there are several of the revision. */
  release(revision: string): Locator;
  /** Leads from a release of the history to how it went. */
  howItWent(revision: string): Locator;
  /** The ways back to the earlier releases that worked, newest first. */
  readonly rollbackLinks: Locator;
  /** A revision in the timeline. */
  revision(name: string): Locator;
  readonly revisions: Locator;
  chooseRevision(name: string): Promise<void>;
  readonly compare: Locator;
}

export function servicePage(page: Page): ServicePage {
  const runningNow = page.getByRole('region', { name: 'Running now' });
  const timeline = page.getByRole('region', { name: /^Revisions of/ });
  const main = page.getByRole('main');
  return {
    heading: page.getByRole('heading', { level: 1 }),
    main,
    deploy: page.getByRole('button', { name: /^Deploy…/ }),
    scale: page.getByRole('button', { name: /^Scale/ }),
    runningNow,
    running: runningNow.getByRole('row').filter({ hasText: '@' }),
    notice: main.getByRole('alert'),
    tab: (name) => page.getByRole('tab', { name }),
    panel: page.getByRole('tabpanel'),
    release: (revision) =>
      page
        .getByRole('tabpanel', { name: 'History' })
        .getByRole('row')
        .filter({ has: page.getByText(revision, { exact: true }) })
        .first(),
    howItWent: (revision) =>
      page.getByRole('tabpanel', { name: 'History' }).getByRole('link', { name: revision, exact: true }),
    rollbackLinks: page.getByRole('link', { name: /^Roll back to / }),
    revision: (name) => timeline.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) }),
    revisions: timeline.getByRole('listitem'),
    chooseRevision: (name) => timeline.getByRole('checkbox', { name: `Select ${name}` }).check(),
    compare: timeline.getByRole('button', { name: /^Compare/, exact: false }).first(),
  };
}
