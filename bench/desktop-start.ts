import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { launchShell } from '../e2e/shell/shell.ts';
import { type Figure, median } from './figure.ts';

const RUNS = 5;
const PROFILES = '[profile shop]\nregion = eu-central-1\n\n[profile warehouse]\nregion = us-east-1\n';

/**
 * From starting the process of the desktop app to its window with a page that names the accounts, in the simulated
 * Electron: the built entry, a fresh data folder, a warm disk, a Chromium that runs already. A real Electron starts
 * that, too.
 */
export async function measureDesktopStart(browser: Browser): Promise<readonly Figure[]> {
  return [
    await measure(browser, 'desktop.first-page-ms', '', 'sandbox'),
    await measure(browser, 'desktop.first-page-with-profiles-ms', PROFILES, 'shop'),
  ];
}

async function measure(
  browser: Browser,
  figure: string,
  awsConfig: string,
  account: string,
): Promise<Figure> {
  await measureOnce(browser, awsConfig, account);
  const values: number[] = [];
  for (let index = 0; index < RUNS; index += 1) values.push(await measureOnce(browser, awsConfig, account));
  return { figure, value: Math.round(median(values)), unit: 'ms' };
}

async function measureOnce(browser: Browser, awsConfig: string, account: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const config = join(folder, 'aws-config');
  writeFileSync(config, awsConfig);
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    SLIPWAY_DATA: join(folder, 'data'),
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'aws-credentials'),
  };
  const start = performance.now();
  const shell = launchShell(browser, { environment });
  try {
    const page = await shell.firstWindow();
    await page.getByRole('link', { name: account, exact: true }).first().waitFor();
    return performance.now() - start;
  } finally {
    await shell.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
