import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';
import { journalPage } from '../pages/journal-page.ts';
import { palette } from '../pages/palette.ts';
import { servicePage } from '../pages/service-page.ts';
import { windowFrame } from '../pages/window-frame.ts';

test('search finds services of every account, tells them apart, and names an account that fails', async ({
  startOwn,
  gate,
}) => {
  const keys = ['region = us-east-1', 'aws_access_key_id = sandbox', 'aws_secret_access_key = sandbox'];
  const { page, slipway } = await startOwn({
    awsConfig: [
      '[profile second]',
      ...keys,
      `endpoint_url = ${gate.address}`,
      '[profile far-away]',
      ...keys,
      'endpoint_url = http://127.0.0.1:1',
      '',
    ].join('\n'),
  });
  gate.forwardTo(slipway.sandboxEndpoint);
  await openAddress(page, '/journal');
  await expect(journalPage(page).heading).toBeVisible();
  const commands = palette(page);
  await commands.find('checkout production');
  // No cluster of these accounts was opened.
  const ofSecond = commands.actions.filter({ hasText: 'production, us-east-1, second' });
  await expect(ofSecond).toHaveCount(1);
  await expect(commands.actions.filter({ hasText: 'production, us-east-1, sandbox' })).toHaveCount(1);
  await expect(commands.dialog).toContainText("far-away: Couldn't reach 127.0.0.1:1");
  await expect(commands.status).toHaveText('Names of 2 accounts and regions');
  await expectUsableByEveryone(page);

  await ofSecond.click();
  await expect(servicePage(page).heading).toHaveText('checkout');
  await expect(windowFrame(page).root).toBeVisible();
  await expect(page).toHaveURL(/profile(?::|%3A)second/);
});

test('an image is found by its tag, and opens in its repository', async ({ page }) => {
  await openAddress(page, '/journal');
  await expect(journalPage(page).heading).toBeVisible();
  const commands = palette(page);
  await commands.find('web:1.9.0');
  await expect(commands.actions.first()).toContainText('web:1.9.0');
  await commands.carryOut();
  await expect(page).toHaveURL(/images\?repository=web&image=/);
});

test('favourites and recent services are first when nothing is typed, and stay over a reload', async ({
  freshPage: page,
}) => {
  await openAddress(page, '/a/sandbox/us-east-1/c/tools/s/dashboard');
  await expect(servicePage(page).runningNow).toBeVisible();
  await openAddress(page, '/a/sandbox/us-east-1/c/staging/s/web');
  await page.getByRole('button', { name: 'Favourite' }).click();
  await expect(page.getByRole('button', { name: 'Favourite' })).toHaveAttribute('aria-pressed', 'true');
  await page.reload();
  await expect(servicePage(page).runningNow).toBeVisible();
  const commands = palette(page);
  await commands.find('');
  await expect(commands.actions.nth(0)).toContainText('web');
  await expect(commands.actions.nth(0)).toContainText('★');
  await expect(commands.actions.nth(1)).toContainText('dashboard');
  await expectUsableByEveryone(page);
});
