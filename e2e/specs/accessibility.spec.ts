import { expectGoodLayout } from '../fixtures/layout-faults.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { lookAt, openAddress } from '../pages/address.ts';
import { cleanupView } from '../pages/cleanup-view.ts';
import { DIALOG, deployDialog } from '../pages/deploy-dialog.ts';
import { diffPage } from '../pages/diff-page.ts';
import { fleetPage } from '../pages/fleet-page.ts';
import { journalPage } from '../pages/journal-page.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { servicePage, TAB_PANEL } from '../pages/service-page.ts';
import { servicesView } from '../pages/services-view.ts';
import { windowFrame } from '../pages/window-frame.ts';

const PRODUCTION = '/a/sandbox/us-east-1/c/production';

test('the services of a cluster', async ({ page }) => {
  await lookAt(page, PRODUCTION);
  await expect(servicesView(page).service('web').getByRole('img')).toHaveCount(2);
  await expectUsableByEveryone(page);
});

test('a service with a rollout, and each of its tabs', async ({ page }) => {
  await lookAt(page, `${PRODUCTION}/s/web`);
  await expect(rolloutCard(page).newTaskGroup).toBeVisible();
  await expectUsableByEveryone(page);
  const service = servicePage(page);
  for (const [tab, shows] of [
    ['Tasks', 'web:40'],
    ['Events', 'has started'],
    ['Configuration', 'Task definition'],
    ['Revisions', 'web:40'],
  ] as const) {
    await service.tab(tab).click();
    await expect(service.panel).toContainText(shows);
    await expectUsableByEveryone(page, TAB_PANEL);
  }
});

test('the deploy dialog and its plan', async ({ page }) => {
  await openAddress(page, `${PRODUCTION}/s/session?dialog=deploy`);
  const dialog = deployDialog(page);
  await dialog.container('app').chooseTag('1.3.1');
  await expectUsableByEveryone(page, DIALOG);
  await dialog.plan();
  await expect(planForm(page).confirmation).toBeVisible();
  await expectUsableByEveryone(page, DIALOG);
});

test('a clean-up', async ({ page }) => {
  await lookAt(page, '/a/sandbox/us-east-1/cleanup/legacy-cart');
  await cleanupView(page).show({ keepNewest: 5, deletePermanently: true });
  await cleanupView(page).showAll();
  await expect(cleanupView(page).revision('legacy-cart:23')).toBeVisible();
  await expectUsableByEveryone(page);
});

test('the images of a repository, the details of one, and the dialogs that copy and tag it', async ({
  page,
}) => {
  await lookAt(page, '/a/sandbox/us-east-1/images?repository=web');
  // Below the list in a narrow window, and yet in sight.
  await page.setViewportSize({ width: 900, height: 700 });
  await page.getByRole('button', { name: '1.9.0' }).first().click();
  await expect(page.getByRole('button', { name: 'Copy to…' })).toBeInViewport();
  for (const size of [
    { width: 900, height: 700 },
    { width: 640, height: 400 },
    { width: 1280, height: 800 },
  ]) {
    await page.setViewportSize(size);
    await expectGoodLayout(page, `the details at ${size.width} × ${size.height}`);
  }
  await expectUsableByEveryone(page);
  for (const dialog of ['Copy to…', 'Add tag…']) {
    await page.getByRole('button', { name: dialog }).click();
    await expect(page.locator(DIALOG)).toBeVisible();
    await expectUsableByEveryone(page, DIALOG);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.locator(DIALOG)).toBeHidden();
  }
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'web:1.9.0' })).toBeHidden();
});

test('a comparison', async ({ page }) => {
  await lookAt(page, '/a/sandbox/us-east-1/diff?before=web:39&after=web:40');
  await diffPage(page).showJson();
  await expect(diffPage(page).after).toBeVisible();
  await expectUsableByEveryone(page);
});

test('the journal', async ({ page }) => {
  await lookAt(page, '/journal');
  await expect(journalPage(page).heading).toBeVisible();
  await expectUsableByEveryone(page);
});

test('a bulk release: its form, plan, board and second confirmation', async ({ startOwn }) => {
  const { page } = await startOwn({});
  const fleet = fleetPage(page);
  await fleet.open('sandbox', 'us-east-1');
  await fleet.chooseImage('web', '1.9.0');
  await fleet.tick('staging / web');
  await fleet.dealByHand();
  await expectUsableByEveryone(page);
  await fleet.plan();
  await expect(fleet.deploy).toBeVisible();
  await expectUsableByEveryone(page);
  await fleet.deploy.click();
  await expect(fleet.state).toBeVisible();
  await expectUsableByEveryone(page);
  await fleet.stopAndRollBack.or(fleet.rollBackAll).click();
  await expect(fleet.question).toBeVisible();
  await expectUsableByEveryone(page, DIALOG);
});

test('a chosen theme is kept', async ({ freshPage: page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  const frame = windowFrame(page);
  await frame.changeTheme('dark');
  await page.reload();
  await expect(frame.root).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await frame.changeTheme('light');
});
