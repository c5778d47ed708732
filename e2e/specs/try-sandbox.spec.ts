import { join } from 'node:path';
import { createUserData, startProcess } from '../fixtures/running-app.ts';
import { sandboxClock } from '../fixtures/sandbox-clock.ts';
import { readClockAddress } from '../fixtures/slipway.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { jobsMenu } from '../pages/jobs-menu.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { windowFrame } from '../pages/window-frame.ts';

const AWS_CONFIG = ['prod', 'staging'].map(
  (name) => `[profile ${name}]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\n`,
);

test('the sandbox is tried beside the AWS profiles with keys alone, kept while it works, and stopped', async ({
  browser,
}) => {
  const data = await createUserData(AWS_CONFIG.join(''));
  const host = await startProcess(['out/main/serve.js', '--no-open', '--port', '0'], data.environment, {
    cwd: join(import.meta.dirname, '..', '..'),
    lines: { address: /^Slipway is at (\S+)/ },
  });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(host.found.address);
    const frame = windowFrame(page);
    const main = page.getByRole('main');
    const start = page.getByRole('button', { name: 'Try the sandbox' });
    await expect(main.getByRole('heading', { level: 1 })).toHaveText('Choose an account');
    await expect(start).toBeVisible();
    await expectUsableByEveryone(page);

    await test.step('its account is opened beside the profiles', async () => {
      await start.press('Enter');
      await expect(page).toHaveURL(/\/a\/sandbox\/us-east-1$/);
      await expect(main.getByRole('link', { name: 'production' })).toBeVisible();
      await expect(frame.accounts.getByRole('link', { name: 'prod', exact: true })).toBeVisible();
      await expectUsableByEveryone(page);
    });

    const stop = frame.accounts.getByRole('button', { name: 'Stop the sandbox' });
    await test.step('it is not stopped under a deploy', async () => {
      await page.goto(new URL('/a/sandbox/us-east-1/c/staging/s/web?dialog=deploy', page.url()).href);
      await deployDialog(page).container('app').chooseTag('1.10.2');
      await deployDialog(page).plan();
      await planForm(page).carryOut('Deploy', { why: 'tried out' });
      await expect(rolloutCard(page).sentence).toContainText('In progress');
      await stop.press('Enter');
      await expect(page.getByText(/^The sandbox can't be stopped while this is in progress/)).toBeVisible();
    });

    await test.step('it is stopped once that has ended, and the profiles stay', async () => {
      await sandboxClock(await readClockAddress(data)).run();
      await expect(jobsMenu(page).button).toHaveAccessibleName('Activity');
      await stop.press('Enter');
      await expect(page).toHaveURL(/\/accounts$/);
      await expect(frame.accounts.getByRole('link', { name: 'prod', exact: true })).toBeVisible();
      await expect(frame.accounts.getByRole('link', { name: 'sandbox' })).toHaveCount(0);
      await expect(start).toBeVisible();
    });

    await test.step('an address of it starts it again, with its data', async () => {
      await page.goBack();
      await start.press('Enter');
      await expect(main).toContainText('1.10.2');
    });
  } finally {
    await context.close();
    await host.stop();
    await data.remove();
  }
});
