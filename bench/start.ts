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

/** The floor: what a process, a server and a browser take for a page that needs nothing. */
const STATIC_PAGE = `
  const page = '<!doctype html><title>Blank</title><a href="/c/x/s/y">A service</a>';
  const server = require('node:http').createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(page);
  });
  server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port + '/'));
  process.on('SIGTERM', () => process.exit());
`;

/**
 * From starting the process of the built browser host to the service list on the screen: sandbox, fresh data folder,
 * warm disk, a browser that runs already. Beside it, alternating in the same run, the same for a server of one static
 * page. Then the desktop app in a simulated Electron.
 */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync(SERVE)) throw new Error('The app is not built. Run npm run build first.');
  const browser = await launchBrowser();
  try {
    await measureApp(browser);
    await measureStart(browser, ['-e', STATIC_PAGE], process.env);
    const app: number[] = [];
    const blank: number[] = [];
    for (let index = 0; index < RUNS; index += 1) {
      app.push(await measureApp(browser));
      blank.push(await measureStart(browser, ['-e', STATIC_PAGE], process.env));
    }
    return [
      { figure: 'start.first-list-ms', value: Math.round(median(app)), unit: 'ms' },
      { figure: 'start.blank-ms', value: Math.round(median(blank)), unit: 'ms' },
      { figure: 'start.ratio-to-blank', value: round(median(app) / median(blank)), unit: 'ratio' },
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

async function measureApp(browser: Browser): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const args = [SERVE, '--sandbox', '--port', '0', '--no-open'];
    return await measureStart(browser, args, { ...process.env, SLIPWAY_DATA: data });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** Milliseconds from the start of a server's process until its page shows a service. */
async function measureStart(
  browser: Browser,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const start = performance.now();
  const host = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await page.goto(await addressOf(host));
    await page.locator(LISTED).first().waitFor();
    return performance.now() - start;
  } finally {
    await context.close();
    await stop(host);
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
