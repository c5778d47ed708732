import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress, openAfterStart } from '../pages/address.ts';
import { servicePage, TAB_PANEL } from '../pages/service-page.ts';

const WEB = '/a/sandbox/us-east-1/c/production/s/web';

/** The log view of a service. */
function logView(page: Page) {
  const log = page.getByRole('log', { name: 'Logs' });
  const panel = page.getByRole('tabpanel', { name: 'Logs' });
  return {
    lines: log.getByRole('listitem').filter({ has: page.locator('time') }),
    of: (revision: string) => log.getByRole('img', { name: revision }),
    filter: panel.getByRole('searchbox', { name: 'Filter lines' }),
    level: (name: string) => panel.getByRole('button', { name: new RegExp(`^${name} `) }),
    revision: (name: string) => panel.getByRole('checkbox', { name }),
    newLines: panel.getByText(/ new lines?$/),
    follow: panel.getByRole('button', { name: /^Follow/ }),
    chosen: log.locator('[data-chosen="true"]'),
    matched: log.locator('mark'),
  };
}

test('the logs of two revisions are filtered, paused while new lines come, and followed again', async ({
  startOwn,
}) => {
  const { page, slipway } = await startOwn({});
  // Wide enough for the list of tasks beside the lines.
  await page.setViewportSize({ width: 1600, height: 900 });
  await openAfterStart(page, WEB);
  await servicePage(page).tab('Logs').click();
  const logs = logView(page);
  await expect(logs.of('web:39').first()).toBeVisible();
  await expect(logs.of('web:40').first()).toBeVisible();
  await expectUsableByEveryone(page, TAB_PANEL);

  await test.step('revisions stand side by side, each line at its place in time', async () => {
    const split = page.getByRole('button', { name: 'Revisions side by side' });
    await split.click();
    const leftOf = async (revision: string) => (await logs.of(revision).first().boundingBox())?.x ?? 0;
    await expect.poll(async () => (await leftOf('web:40')) - (await leftOf('web:39'))).toBeGreaterThan(0);
    await expectUsableByEveryone(page, TAB_PANEL);
    await split.click();
  });

  await test.step('a filter shows the lines that match, and takes its key from the list of services', async () => {
    await page.keyboard.press('/');
    await expect(logs.filter).toBeFocused();
    await page.keyboard.type('checkout');
    await expect(logs.matched.first()).toHaveText('checkout');
    await expect(logs.lines.filter({ hasNotText: 'checkout' })).toHaveCount(0);
    await logs.revision('web:39').uncheck();
    await expect(logs.of('web:39')).toHaveCount(0);
    await expect(page).toHaveURL(/q=checkout/);
    await logs.revision('web:39').check();
    await logs.filter.press('Escape');
    await expect(logs.matched).toHaveCount(0);
  });

  await test.step('Space pauses: the lines stay in their places while new ones are counted', async () => {
    await page.keyboard.press('Space');
    await expect(logs.follow).toBeVisible();
    const before = await logs.lines.allTextContents();
    await slipway.clock.run();
    await expect(logs.newLines).toContainText(/[1-9]/);
    await slipway.clock.hold();
    expect(await logs.lines.allTextContents()).toEqual(before);
    await page.keyboard.press('Space');
    await expect(logs.follow).toBeHidden();
    await expect(logs.lines.last()).not.toHaveText(before.at(-1) ?? '');
  });
});

test('a link to a moment opens the logs there, with the filter', async ({ freshPage: page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openAddress(page, `${WEB}?tab=logs&q=search&levels=info`);
  const logs = logView(page);
  await expect(logs.matched.first()).toHaveText('search');
  // Lines that still come would move the one that is clicked.
  await page.keyboard.press('Space');
  await expect(logs.follow).toBeVisible();
  await logs.lines.nth(3).click();
  const time = await logs.chosen.locator('time').textContent();
  await page.getByRole('button', { name: 'Copy link to this moment' }).click();
  await expect(page.getByText('Copied the link to this moment.')).toBeVisible();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  await openAddress(page, `${WEB}?tab=history`);
  await openAddress(page, `${link.pathname}${link.search}`);
  await expect(logs.chosen.first().locator('time')).toHaveText(time ?? '');
  await expect(logs.filter).toHaveValue('search');
  await expect(logs.level('Error')).toHaveAttribute('aria-pressed', 'false');
  await expectUsableByEveryone(page, TAB_PANEL);
});
