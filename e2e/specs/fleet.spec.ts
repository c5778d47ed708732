import { expect, test } from '../fixtures/test.ts';
import { fleetPage } from '../pages/fleet-page.ts';

const STAGING = 'staging / web';
const PRODUCTION = 'production / web';
const ROLLED_BACK = 120_000;

test('releases an image to many services in waves, and takes it back from all of them', async ({
  startOwn,
}) => {
  test.setTimeout(180_000);
  const { page } = await startOwn({});
  const fleet = fleetPage(page);
  await fleet.open('sandbox', 'us-east-1');
  await fleet.chooseImage('web', '1.9.0');
  await fleet.tick(STAGING);
  await fleet.tick(PRODUCTION);
  await fleet.plan();

  await expect(fleet.planned(STAGING)).toContainText('1 change');
  await expect(fleet.deploy).toBeDisabled();
  await fleet.confirmation.fill('web');
  await fleet.deploy.click();

  await expect(fleet.standing).toContainText('under way');
  await expect(fleet.row(PRODUCTION)).toContainText('waiting');
  await fleet.stopAndRollBack.click();
  await expect(fleet.row(PRODUCTION)).toContainText('held back');
  await expect(fleet.standing).toContainText('did not succeed everywhere', { timeout: ROLLED_BACK });
  await expect(fleet.row(STAGING)).toContainText('rolled back');
});
