import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { test } from '../fixtures/test.ts';
import { openAddress } from '../pages/address.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { servicePage } from '../pages/service-page.ts';

const FOLDER = fileURLToPath(new URL('../../docs/images', import.meta.url));
const CLUSTERS = '/a/sandbox/us-east-1/c';

test('the pictures of the documentation', async ({ startOwn }) => {
  const { slipway, page } = await startOwn({});
  await page.setViewportSize({ width: 1440, height: 900 });

  await openAddress(page, `${CLUSTERS}/production`);
  // They come after the rows: why a service needs attention.
  for (const step of ['Open failure (pricing)', 'Deploy… (mailer)']) {
    await page.getByRole('main').getByRole('link', { name: step }).waitFor();
  }
  await page
    .getByRole('main')
    .getByText(/out of memory/)
    .waitFor();
  await page.getByText(/No Docker Engine|Docker \d/).waitFor();
  await take(page, 'overview-light', 'light');

  // A fresh sandbox has a deployment of production/web in progress.
  await openAddress(page, `${CLUSTERS}/production/s/web`);
  await rolloutCard(page).newTaskGroup.getByRole('listitem').first().waitFor();
  // Comes last: who registered the revision of a release.
  await servicePage(page).release('web:39').getByText('registered by').waitFor();
  await take(page, 'service-light', 'light');
  await take(page, 'service-dark', 'dark');

  await openAddress(page, `${CLUSTERS}/production/s/web?tab=logs`);
  await page.getByRole('log', { name: 'Logs' }).getByRole('listitem').first().waitFor();
  await page.getByText('HTTP 5xx').waitFor();
  await take(page, 'logs-light', 'light');

  await openAddress(page, `${CLUSTERS}/production/s/session?dialog=deploy`);
  await deployDialog(page).container('app').chooseTag('1.3.1');
  await deployDialog(page).plan();
  await planForm(page).why.fill('SHOP-1182 Sessions survive a restart');
  await planForm(page).confirmation.fill('session');
  await take(page, 'plan-light', 'light');

  await slipway.clock.run();
  // The sandbox lets tasks crash whose tag says so.
  await openAddress(page, `${CLUSTERS}/staging/s/web?dialog=deploy`);
  await deployDialog(page).container('app').chooseTag('crash');
  await deployDialog(page).plan();
  await planForm(page).carryOut('Deploy', { why: 'SHOP-1190 Try the new start' });
  const { sentence, failures } = rolloutCard(page);
  await sentence.getByText('Rolled back', { exact: true }).waitFor({ timeout: 120_000 });
  await failures.waitFor();
  // The heading follows with the next read of the service.
  await page.getByRole('button', { name: 'Dismiss' }).waitFor({ timeout: 120_000 });
  await take(page, 'rollout-failed-dark', 'dark');
});

async function take(page: Page, name: string, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled' });
}
