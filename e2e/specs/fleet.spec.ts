import { expect, test } from '../fixtures/test.ts';
import { openAddress } from '../pages/address.ts';
import { fleetPage } from '../pages/fleet-page.ts';
import { tabTo } from '../pages/keyboard.ts';
import { palette } from '../pages/palette.ts';

const STAGING = 'staging / web';
const PRODUCTION = 'production / web';
const ROLLED_BACK = { timeout: 180_000 };

test('a bulk release deploys an image in waves, and rolls it back everywhere', async ({ startOwn }) => {
  const { page, slipway } = await startOwn({});
  const fleet = fleetPage(page);
  await fleet.open('sandbox', 'us-east-1');
  await fleet.chooseImage('web', '1.9.0');
  await fleet.tick(STAGING);
  await fleet.tick(PRODUCTION);
  await fleet.dealByHand();
  await fleet.wave(PRODUCTION).fill('2');
  await fleet.pause.selectOption('after-first');
  await fleet.plan();

  await expect(fleet.planned(STAGING)).toContainText('1 change');
  await expect(fleet.deploy).toBeDisabled();
  await fleet.confirmation.fill('web');
  await fleet.deploy.click();

  await expect(fleet.row(PRODUCTION)).toContainText('Waiting');
  await slipway.clock.run();
  await expect(fleet.state).toContainText('Waiting for approval', ROLLED_BACK);
  await expect(fleet.continueRelease).toBeVisible();
  await fleet.stopAndRollBack.click();
  await expect(fleet.question).toContainText('1 service');
  await expect(fleet.question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await fleet.question.getByRole('button', { name: 'Roll back 1 service' }).click();
  await expect(fleet.row(PRODUCTION)).toContainText('Not started');
  await expect(fleet.state).toContainText('Rolled back', ROLLED_BACK);
  await expect(fleet.row(STAGING)).toContainText('Rolled back');
});

test('a bulk release is reached and executed without a mouse', async ({ startOwn }) => {
  const { page } = await startOwn({});
  const fleet = fleetPage(page);
  await openAddress(page, '/a/sandbox/us-east-1/c/staging/s/web');
  await tabTo(page, fleet.fromService);
  await page.keyboard.press('Enter');
  await expect(fleet.checkbox(PRODUCTION)).toBeVisible();
  await tabTo(page, fleet.checkbox(PRODUCTION));
  await page.keyboard.press('Space');
  await tabTo(page, fleet.planButton);
  await page.keyboard.press('Enter');
  await expect(fleet.confirmation).toBeVisible();
  await tabTo(page, fleet.confirmation);
  await page.keyboard.type('web');
  await page.keyboard.press('Enter');
  await expect(fleet.row(PRODUCTION)).toContainText(/In progress|Succeeded/);

  await palette(page).find('Bulk release');
  await expect(palette(page).actions.first()).toContainText('key M');
});
