import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from '@playwright/test';
import { findBrowser } from '../src/main/browser/installed-browser.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import type { Figure } from './figure.ts';
import { addressOf, stop } from './host-process.ts';

const SERVE = join(import.meta.dirname, '..', 'out', 'main', 'serve.js');
/** In the list of services. */
const SERVICE_LINK = 'a[href*="/s/"]';
const ROUNDS = 15;
const VIEWS = ['Task definitions', 'Images', 'Journal'] as const;
const TABS = ['Tasks', 'Events', 'Configuration', 'Revisions', 'History'] as const;

/**
 * The window on an account with 2,000 services (scenario `large`, no request limits), in the built browser host: from a
 * click to the first reaction on the screen and to the page, how much the layout moves by itself after the first paint
 * of a page, and the compressed size of what the first page loads.
 */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync(SERVE)) throw new Error('The app is not built. Run npm run build first.');
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'large' });
  const browser = await launchBrowser();
  try {
    return await measure(browser, sandbox, folder);
  } finally {
    await browser.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser({ platform: process.platform, environment: process.env });
  if (executablePath === undefined) throw new Error('This needs an installed Chromium, Chrome or Edge.');
  return chromium.launch({ executablePath });
}

async function measure(browser: Browser, sandbox: Sandbox, folder: string): Promise<readonly Figure[]> {
  const host = spawn(process.execPath, [SERVE, '--port', '0', '--no-open'], {
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: sandbox.credentials.secretAccessKey,
      AWS_REGION: sandbox.region,
      AWS_CONFIG_FILE: join(folder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
      SLIPWAY_DATA: join(folder, 'data'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(observe);
    const loaded = compressedBytesOf(page);
    await page.goto(await addressOf(host));
    await services(page).first().waitFor();
    const firstLoad = await loaded();
    const times = await clickThrough(page);
    const { inputs, shifts } = await page.evaluate(() => window.measured);
    return [
      { figure: 'window.first-load-kb', value: Math.round(firstLoad / 1000), unit: 'kB' },
      { figure: 'window.page-p95-ms', value: Math.round(percentile95(times)), unit: 'ms' },
      { figure: 'window.input-p95-ms', value: Math.round(percentile95(inputs)), unit: 'ms' },
      { figure: 'window.cls', value: Number(largest(shifts).toFixed(3)), unit: 'score' },
    ];
  } finally {
    await context.close();
    await stop(host);
  }
}

/** The scripts and styles that have arrived until it is called, each compressed by itself. */
function compressedBytesOf(page: Page): () => Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (/\.(?:js|css)$|\/launch/.test(response.url())) {
      sizes.push(response.body().then((body) => gzipSync(body).length));
    }
  });
  return async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

declare global {
  interface Window {
    measured: { readonly inputs: number[]; readonly shifts: number[]; newPage(): void };
  }
}

/** Runs in the page, before its own scripts. */
function observe(): void {
  const inputs = new Map<number, number>();
  const shifts: number[] = [0];
  window.measured = {
    get inputs() {
      return [...inputs.values()];
    },
    shifts,
    newPage: () => void shifts.push(0),
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      if (entry.interactionId === 0) continue;
      inputs.set(entry.interactionId, Math.max(inputs.get(entry.interactionId) ?? 0, entry.duration));
    }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & LayoutShift)[]) {
      if (!entry.hadRecentInput) shifts[shifts.length - 1] = (shifts.at(-1) ?? 0) + entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** https://wicg.github.io/layout-instability/#sec-layout-shift */
interface LayoutShift {
  readonly value: number;
  readonly hadRecentInput: boolean;
}

/** Milliseconds from each click to its page: services, their tabs, and the views of the account. */
async function clickThrough(page: Page): Promise<readonly number[]> {
  const times: number[] = [];
  const timed = async (click: () => Promise<void>, shown: () => Promise<void>): Promise<void> => {
    await page.evaluate(() => window.measured.newPage());
    const start = performance.now();
    await click();
    await shown();
    times.push(performance.now() - start);
  };
  const heading = page.getByRole('heading', { level: 1 });
  for (let round = 0; round < ROUNDS; round += 1) {
    // The rows get their order once all are read: the one at this place when it is clicked counts.
    const link = services(page).nth(round);
    const before = new URL(page.url()).pathname;
    await timed(
      () => link.click(),
      async () => {
        await page.waitForURL(({ pathname }) => pathname !== before && pathname.includes('/s/'));
        const name = new URL(page.url()).pathname.split('/s/')[1] ?? '';
        await heading.filter({ hasText: decodeURIComponent(name) }).waitFor();
        await page.getByRole('tabpanel').waitFor();
      },
    );
    const tab = TABS[round % TABS.length] ?? 'Tasks';
    await timed(
      () => page.getByRole('tab', { name: tab }).click(),
      () => page.getByRole('tabpanel', { name: tab }).waitFor(),
    );
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const view = VIEWS[round % VIEWS.length] ?? 'Journal';
    const link = page.getByRole('navigation').getByRole('link', { name: view, exact: true });
    await timed(
      () => link.click(),
      () => heading.waitFor(),
    );
  }
  return times;
}

function services(page: Page) {
  return page.getByRole('region', { name: 'Services' }).locator(SERVICE_LINK);
}

function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
