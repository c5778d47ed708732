import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { type Slipway, startSlipway } from '../e2e/fixtures/slipway.ts';
import { openAddress } from '../e2e/pages/address.ts';
import { deployDialog } from '../e2e/pages/deploy-dialog.ts';
import { planForm } from '../e2e/pages/plan-form.ts';
import { rolloutCard } from '../e2e/pages/rollout-card.ts';
import { servicePage } from '../e2e/pages/service-page.ts';

/**
 * Takes the pictures of the documentation: the built app in a browser, with a sandbox of its own that is fresh. Build
 * first; `npm run screenshots` does.
 */

const FOLDER = fileURLToPath(new URL('../docs/images', import.meta.url));
const SIZE = { width: 1440, height: 900 };
const CHROMIUM = process.env.SLIPWAY_TEST_CHROMIUM ?? '/usr/bin/chromium';
const CLUSTERS = '/a/sandbox/us-east-1/c';
const ROLLED_BACK_MS = 120_000;

async function takeAll(slipway: Slipway): Promise<void> {
  const page = await slipway.open({ viewport: SIZE, reducedMotion: 'reduce' });
  await takeOverview(page);
  await takeService(page);
  await takePlan(page);
  await slipway.clock.run();
  await takeFailedRollout(page);
}

async function takeOverview(page: Page): Promise<void> {
  await openAddress(page, `${CLUSTERS}/production`);
  await page.getByRole('list', { name: 'Needs attention' }).waitFor();
  await take(page, 'overview-light', 'light');
}

/** A fresh sandbox has a deployment of production/web in progress. */
async function takeService(page: Page): Promise<void> {
  await openAddress(page, `${CLUSTERS}/production/s/web`);
  await rolloutCard(page).newTaskGroup.getByRole('listitem').first().waitFor();
  // Comes last: who registered the revision of a release.
  await servicePage(page).release('web:39').getByText('registered by').waitFor();
  await take(page, 'service-light', 'light');
  await take(page, 'service-dark', 'dark');
}

async function takePlan(page: Page): Promise<void> {
  await openAddress(page, `${CLUSTERS}/production/s/session?dialog=deploy`);
  const dialog = deployDialog(page);
  await dialog.container('app').chooseTag('1.3.1');
  await dialog.plan();
  const plan = planForm(page);
  await plan.why.fill('SHOP-1182 Sessions survive a restart');
  await plan.confirmation.fill('session');
  await take(page, 'plan-light', 'light');
}

/** The sandbox lets tasks crash whose tag says so. */
async function takeFailedRollout(page: Page): Promise<void> {
  await openAddress(page, `${CLUSTERS}/staging/s/web?dialog=deploy`);
  const dialog = deployDialog(page);
  await dialog.container('app').chooseTag('crash');
  await dialog.plan();
  await planForm(page).carryOut('Deploy', { why: 'SHOP-1190 Try the new start' });
  const { sentence, failures } = rolloutCard(page);
  await sentence.getByText('Rolled back', { exact: true }).waitFor({ timeout: ROLLED_BACK_MS });
  await failures.waitFor();
  // The notice of the end, which would lie over the picture.
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await take(page, 'rollout-failed-dark', 'dark');
}

async function take(page: Page, name: string, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled' });
  process.stdout.write(`docs/images/${name}.png\n`);
}

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch(existsSync(CHROMIUM) ? { executablePath: CHROMIUM } : {});
try {
  const slipway = await startSlipway('browser', browser);
  try {
    await takeAll(slipway);
  } finally {
    await slipway.close();
  }
} finally {
  await browser.close();
}
