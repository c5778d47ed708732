import type { Locator, Page } from '@playwright/test';

/** A page of the sandbox's account as a test or a picture shows it. */
export interface ShownPage {
  readonly name: string;
  readonly address: string;
  /** On the screen once the page has what it shows. */
  readonly shown: (page: Page) => Locator;
  /** What the page is for, if that is an action: in sight without scrolling. */
  readonly primary?: (page: Page) => Locator;
  /** It follows a deployment in progress, so that two pictures of it have other numbers and log lines. */
  readonly isLive?: true;
}

const ACCOUNT = '/a/sandbox/us-east-1';
const SERVICE = `${ACCOUNT}/c/production/s/web`;

const heading = (page: Page): Locator => page.getByRole('heading', { level: 1 });
const panel = (page: Page): Locator => page.getByRole('tabpanel');
const dialog = (page: Page): Locator => page.getByRole('dialog');
const deploy = (page: Page): Locator => page.getByRole('button', { name: /^Deploy…/ });

/** Every page that an address opens, each tab and each dialog of a service. */
export const EVERY_PAGE: readonly ShownPage[] = [
  { name: 'all-accounts', address: '/accounts', shown: (page) => page.getByRole('main') },
  { name: 'account', address: ACCOUNT, shown: (page) => page.getByRole('main') },
  {
    name: 'cluster',
    address: `${ACCOUNT}/c/production`,
    shown: (page) => page.getByRole('main').locator('[data-service="web"]'),
  },
  { name: 'service-history', address: SERVICE, shown: panel, primary: deploy, isLive: true },
  { name: 'service-tasks', address: `${SERVICE}?tab=tasks`, shown: panel, primary: deploy, isLive: true },
  { name: 'service-metrics', address: `${SERVICE}?tab=metrics`, shown: panel, primary: deploy, isLive: true },
  { name: 'service-events', address: `${SERVICE}?tab=events`, shown: panel, primary: deploy, isLive: true },
  {
    name: 'service-configuration',
    address: `${SERVICE}?tab=configuration`,
    shown: panel,
    primary: deploy,
    isLive: true,
  },
  {
    name: 'service-revisions',
    address: `${SERVICE}?tab=revisions`,
    shown: panel,
    primary: deploy,
    isLive: true,
  },
  {
    name: 'deploy',
    address: `${ACCOUNT}/c/production/s/session?dialog=deploy`,
    shown: (page) => dialog(page).getByRole('button', { name: /^Review/ }),
    primary: (page) => dialog(page).getByRole('button', { name: /^Review/ }),
  },
  {
    name: 'rollback',
    address: `${ACCOUNT}/c/production/s/session?dialog=rollback`,
    shown: (page) => dialog(page).getByRole('heading').first(),
  },
  { name: 'scale', address: `${ACCOUNT}/c/production/s/session?dialog=scale`, shown: dialog },
  { name: 'task-definitions', address: `${ACCOUNT}/families`, shown: heading },
  { name: 'task-definition', address: `${ACCOUNT}/families/web`, shown: heading },
  { name: 'compare', address: `${ACCOUNT}/diff?before=web:39&after=web:40`, shown: heading },
  {
    name: 'compare-clusters',
    address: `${ACCOUNT}/compare/staging?with=production`,
    shown: (page) => page.getByRole('button', { name: /^.?checkout/ }),
  },
  {
    name: 'timeline',
    address: '/timeline',
    shown: (page) => page.getByRole('rowheader', { name: 'checkout' }),
  },
  { name: 'promote', address: `${ACCOUNT}/c/production/s/session?dialog=promote`, shown: dialog },
  { name: 'bulk-release', address: `${ACCOUNT}/fleet`, shown: heading },
  { name: 'clean-up', address: `${ACCOUNT}/cleanup`, shown: heading },
  { name: 'clean-up-of-a-family', address: `${ACCOUNT}/cleanup/legacy-cart`, shown: heading },
  { name: 'image-clean-up', address: `${ACCOUNT}/image-cleanup`, shown: heading },
  { name: 'repositories', address: `${ACCOUNT}/images`, shown: heading },
  {
    name: 'images',
    address: `${ACCOUNT}/images?repository=web`,
    shown: (page) => page.getByRole('main').getByRole('button', { name: /1\.10\.3/ }),
  },
  { name: 'journal', address: '/journal', shown: heading },
  { name: 'settings', address: '/settings', shown: heading },
];

/** Waits until nothing on the page says that it is still being read, and no button waits for an answer. */
export async function untilRead(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('[aria-busy="true"], button[data-loading]') === null,
  );
}

/** Waits until the page has drawn what follows from another size of the window: a frame tells it, the next ones show it. */
export async function untilDrawn(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((drawn) => {
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => drawn())));
      }),
  );
}
