import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Locator, type Page } from '@playwright/test';
import { findBrowser } from '../src/main/browser/installed-browser.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import type { Figure } from './figure.ts';
import { addressOf, stop } from './host-process.ts';

const SERVE = join(import.meta.dirname, '..', 'out', 'main', 'serve.js');
/** In the list of services. */
const SERVICE_LINK = 'a[href*="/s/"]';
const ROUNDS = 15;
/** Nobody clicks sooner after a page has shown. */
const PAUSE_MS = 200;
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
    measured: {
      readonly inputs: number[];
      readonly shifts: number[];
      /** The next click leads to a page: it is shown when its title and its tab are. */
      expectPage(page: ExpectedPage): void;
      /** Milliseconds from the click to the frame that shows the page. */
      pageShown(): Promise<number>;
    };
  }
}

interface ExpectedPage {
  /** The text of its heading; missing: the name in its address, which has to be another one than before. */
  readonly title?: string;
  /** The open tab; `any` for a page that opens one itself. */
  readonly tab?: string;
}

/**
 * Runs in the page, before its own scripts. What is shown is looked for in each frame of the page: Playwright looks again
 * after up to 100 ms, and takes 30 to 60 ms before it clicks.
 */
function observe(): void {
  const inputs = new Map<number, number>();
  const shifts: number[] = [0];
  let shown = Promise.resolve(Number.NaN);

  function isShown({ title, tab }: ExpectedPage, before: string): boolean {
    const { pathname } = window.location;
    const heading = document.querySelector('h1');
    const panel = document.querySelector('[role=tabpanel]:not([hidden])');
    const opened = document.getElementById(panel?.getAttribute('aria-labelledby') ?? '')?.textContent ?? '';
    if (title === undefined && tab === 'any' && pathname === before) return false;
    const name = title ?? decodeURIComponent(pathname.split('/s/')[1] ?? '\0');
    if (heading?.checkVisibility() !== true || !heading.textContent.includes(name)) return false;
    return (
      tab === undefined || (panel?.checkVisibility() === true && (tab === 'any' || opened.startsWith(tab)))
    );
  }

  /** Resolves in the task after the frame. */
  function nextFrame(): Promise<void> {
    return new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve();
        port2.postMessage(undefined);
      });
    });
  }

  async function timeFrom(click: Event, page: ExpectedPage, before: string): Promise<number> {
    do await nextFrame();
    while (!isShown(page, before));
    return performance.now() - click.timeStamp;
  }
  window.measured = {
    get inputs() {
      return [...inputs.values()];
    },
    shifts,
    expectPage(page) {
      shifts.push(0);
      const before = window.location.pathname;
      const { promise, resolve } = Promise.withResolvers<number>();
      shown = promise;
      const start = (click: Event): void => resolve(timeFrom(click, page, before));
      window.addEventListener('click', start, { capture: true, once: true });
    },
    pageShown: () => shown,
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
  const timed = async (link: Locator, expected: ExpectedPage): Promise<void> => {
    await page.evaluate((next) => window.measured.expectPage(next), expected);
    await link.click();
    times.push(await page.evaluate(() => window.measured.pageShown()));
    await page.waitForTimeout(PAUSE_MS);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    // The rows get their order once all are read: the one at this place when it is clicked counts.
    await timed(services(page).nth(round), { tab: 'any' });
    const tab = TABS[round % TABS.length] ?? 'Tasks';
    await timed(page.getByRole('tab', { name: tab }), { tab });
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const title = VIEWS[round % VIEWS.length] ?? 'Journal';
    await timed(page.getByRole('navigation').getByRole('link', { name: title, exact: true }), { title });
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
