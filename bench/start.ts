import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { findBrowser } from '../src/main/browser/installed-browser.ts';
import { measureDesktopStart } from './desktop-start.ts';
import { type Figure, median } from './figure.ts';
import { addressOf, stop } from './host-process.ts';

const SERVE = join(import.meta.dirname, '..', 'out', 'main', 'serve.js');
const RUNS = 5;

/** A service of the demo scenario: the list is on the screen once it shows. */
const LISTED = 'a[href*="/s/"]';

/**
 * From starting the process of the built browser host to the service list on the screen: sandbox, fresh data
 * folder, warm disk, a browser that runs already.
 */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync(SERVE)) throw new Error('The app is not built. Run npm run build first.');
  const browser = await launchBrowser();
  try {
    await measureStart(browser);
    const values: number[] = [];
    for (let index = 0; index < RUNS; index += 1) values.push(await measureStart(browser));
    return [
      { figure: 'start.first-list-ms', value: Math.round(median(values)), unit: 'ms' },
      ...(await measureDesktopStart(browser)),
    ];
  } finally {
    await browser.close();
  }
}

async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser({ platform: process.platform, environment: process.env });
  if (executablePath === undefined) throw new Error('This needs an installed Chromium, Chrome or Edge.');
  return chromium.launch({ executablePath });
}

/** Milliseconds until the list shows. */
async function measureStart(browser: Browser): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const context = await browser.newContext();
  const page = await context.newPage();
  const start = performance.now();
  const host = spawn(process.execPath, [SERVE, '--sandbox', '--port', '0', '--no-open'], {
    env: { ...process.env, SLIPWAY_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await page.goto(await addressOf(host));
    await page.locator(LISTED).first().waitFor();
    return performance.now() - start;
  } finally {
    await context.close();
    await stop(host);
    rmSync(data, { recursive: true, force: true });
  }
}
