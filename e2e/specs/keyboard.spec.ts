import { readService, readTaskDefinition, revisionName } from '../fixtures/control-plane.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectAddress, openAddress } from '../pages/address.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { tabTo } from '../pages/keyboard.ts';
import { palette, shortcutSheet } from '../pages/palette.ts';
import { planForm } from '../pages/plan-form.ts';
import { revisionEditor } from '../pages/revision-editor.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { scaleDialog } from '../pages/scale-dialog.ts';
import { servicePage } from '../pages/service-page.ts';
import { servicesView } from '../pages/services-view.ts';

const TOOLS = '/a/sandbox/us-east-1/c/tools';
const IMAGE = /\S+@sha256:[0-9a-f]{64}/;

test('a tag is deployed without a mouse', async ({ page, ecs }) => {
  await openAddress(page, TOOLS);
  const list = servicesView(page);
  await expect(list.rows).toHaveCount(2);

  await page.keyboard.press('/');
  await expect(list.filter).toBeFocused();
  await page.keyboard.type('dash');
  await expect(list.rows).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await expect(list.service('dashboard')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(servicePage(page).heading).toHaveText('dashboard');
  await expect(servicePage(page).runningNow).toBeVisible();

  await page.keyboard.press('d');
  const dialog = deployDialog(page);
  const { images, chosen } = dialog.container('app');
  await expect(images).toBeVisible();
  await tabTo(page, images);
  await page.keyboard.press('ArrowDown');
  await expect(chosen).toContainText(IMAGE);
  const [image] = IMAGE.exec((await chosen.textContent()) ?? '') ?? [];
  await tabTo(page, dialog.planButton);
  await page.keyboard.press('Enter');

  const plan = planForm(page);
  await tabTo(page, plan.why);
  await page.keyboard.type('No mouse at hand');
  await page.keyboard.press('Enter');
  await expect(rolloutCard(page).sentence).toContainText('In progress');

  const running = async () => {
    const { taskDefinition } = await readService(ecs, 'tools', 'dashboard');
    const { containerDefinitions } = await readTaskDefinition(ecs, revisionName(taskDefinition));
    return containerDefinitions?.find(({ name }) => name === 'app')?.image;
  };
  await expect.poll(running).toBe(image);
});

test('Escape closes a dialog and restores the focus', async ({ page }) => {
  await openAddress(page, `${TOOLS}/s/recommend-trainer`);
  const { deploy } = servicePage(page);
  await deploy.focus();
  await page.keyboard.press('Enter');
  await expect(deployDialog(page).dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(deployDialog(page).dialog).toBeHidden();
  await expect(deploy).toBeFocused();
});

test('j and k move through the services, and number keys through the tabs', async ({ page }) => {
  // By name: the state of a service, and with it its place, is read after the names.
  await openAddress(page, `${TOOLS}?sort=name`);
  const list = servicesView(page);
  await expect(list.rows).toHaveCount(2);
  await page.keyboard.press('j');
  await expect(list.service('dashboard')).toBeFocused();
  await page.keyboard.press('j');
  await expect(list.service('recommend-trainer')).toBeFocused();
  await page.keyboard.press('k');
  await expect(list.service('dashboard')).toBeFocused();
  // Rows of another width have other columns and heights.
  await page.setViewportSize({ width: 1700, height: 800 });
  await expect(list.services.locator('[data-layout="timeline"]')).toBeVisible();
  await expect(list.service('dashboard')).toBeFocused();
  await page.keyboard.press('Enter');
  const service = servicePage(page);
  await expect(service.heading).toHaveText('dashboard');
  await expect(service.tab('History')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('7');
  await expect(service.tab('Revisions')).toHaveAttribute('aria-selected', 'true');
});

test('after a filter and Enter the keys are shortcuts again, and Escape leaves the filter', async ({
  page,
}) => {
  await openAddress(page, TOOLS);
  const list = servicesView(page);
  await expect(list.rows).toHaveCount(2);
  await page.keyboard.press('/');
  await expect(list.filter).toBeFocused();
  await page.keyboard.type('trainer');
  await expect(list.rows).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(servicePage(page).heading).toHaveText('recommend-trainer');
  await expect(servicePage(page).runningNow).toBeVisible();
  await page.keyboard.press('d');
  await expect(deployDialog(page).dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(deployDialog(page).dialog).toBeHidden();

  // On the page of a service the list stays beside it.
  await page.keyboard.press('/');
  await expect(list.filter).toBeFocused();
  await page.keyboard.type('dash');
  await expect(list.rows).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(servicePage(page).heading).toHaveText('dashboard');
  await expect(servicePage(page).runningNow).toBeVisible();
  await expect(list.service('dashboard')).toBeFocused();

  await page.keyboard.press('/');
  await expect(list.filter).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(list.filter).not.toBeFocused();
  await expect(list.rows).toHaveCount(2);
  await page.keyboard.press('s');
  await expect(page).toHaveURL(/dialog=scale/);
});

test('r rolls back, s scales, and m opens a bulk release', async ({ page }) => {
  await openAddress(page, '/a/sandbox/us-east-1/c/production/s/checkout');
  await expect(servicePage(page).runningNow).toBeVisible();
  await page.keyboard.press('r');
  await expect(page).toHaveURL(/dialog=rollback/);
  // The address says it before the dialog is there to hear Escape.
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/dialog/);
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('s');
  await expect(page).toHaveURL(/dialog=scale/);
  await expect(scaleDialog(page).dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/dialog/);
  await expect(scaleDialog(page).dialog).toBeHidden();
  await page.keyboard.press('m');
  await expect(page).toHaveURL(/us-east-1\/fleet/);
});

test('the palette opens from a text field and from the editor, and Escape closes it alone', async ({
  page,
}) => {
  await openAddress(page, TOOLS);
  const list = servicesView(page);
  await expect(list.rows).toHaveCount(2);
  const commands = palette(page);
  await page.keyboard.press('/');
  await expect(list.filter).toBeFocused();
  await page.keyboard.type('dash');
  await commands.find('production');
  await page.keyboard.press('Escape');
  await expect(commands.search).toBeHidden();
  await expect(list.filter).toBeFocused();
  await expect(list.filter).toHaveValue('dash');

  await openAddress(page, `${TOOLS}/s/dashboard?dialog=deploy`);
  const { images } = deployDialog(page).container('app');
  await expect(images).toBeVisible();
  await tabTo(page, images);
  await commands.find('production');
  await page.keyboard.press('Escape');
  await expect(commands.search).toBeHidden();
  await expect(deployDialog(page).dialog).toBeVisible();

  await openAddress(page, '/a/sandbox/us-east-1/revise?from=web:40');
  const editor = revisionEditor(page);
  await editor.showAs('JSON');
  await editor.json.click();
  await page.keyboard.press('End');
  await commands.find('production');
  await page.keyboard.press('Escape');
  await expect(commands.search).toBeHidden();
});

test('the palette reaches a service and its actions', async ({ page }) => {
  await openAddress(page, TOOLS);
  await expect(servicesView(page).rows).toHaveCount(2);
  const commands = palette(page);
  await commands.find('trainer');
  // The service comes before its task definition and its repository.
  await expect(commands.actions.first()).toContainText('tools, us-east-1, sandbox');
  await commands.carryOut();
  await expect(servicePage(page).heading).toHaveText('recommend-trainer');

  await commands.find('Scale recommend');
  await expect(commands.actions).toHaveCount(1);
  await commands.carryOut();
  await expect(page).toHaveURL(/dialog=scale/);
});

test('the palette reaches every view and the task definitions', async ({ page }) => {
  await openAddress(page, TOOLS);
  await expect(servicesView(page).rows).toHaveCount(2);
  const { main } = servicePage(page);
  const commands = palette(page);
  for (const [words, shows] of [
    ['Compare revisions', 'Revisions to compare'],
    ['Clean up old', 'Nothing is removed until you review and confirm it'],
    ['Journal', 'Changes made through Slipway on this machine, and those of others in a team ledger'],
  ] as const) {
    await commands.find(words);
    await expect(commands.actions).toHaveCount(1);
    await commands.carryOut();
    await expect(main).toContainText(shows);
  }
  await openAddress(page, TOOLS);
  await expect(servicesView(page).rows).toHaveCount(2);
  await commands.find('legacy-cart');
  await expect(commands.actions.first()).toContainText('legacy-cart');
  await commands.carryOut();
  await expect(servicePage(page).heading).toHaveText('legacy-cart');
});

test('? shows every shortcut and closes again', async ({ page }) => {
  await openAddress(page, TOOLS);
  await expect(servicesView(page).rows).toHaveCount(2);
  await page.keyboard.press('?');
  await expect(shortcutSheet(page)).toContainText('Deploy the open service');
  await page.keyboard.press('Escape');
  await expect(shortcutSheet(page)).toBeHidden();
  await expectAddress(page, TOOLS);
});
