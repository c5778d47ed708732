import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { type Browser, chromium, type Page } from '@playwright/test';
import { findBrowser } from '../src/main/browser/installed-browser.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import type { Figure } from './figure.ts';
import { addressOf, stop } from './host-process.ts';

const SERVE = join(import.meta.dirname, '..', 'out', 'main', 'serve.js');
const REVISIONS = 5_000;
const AT_A_TIME = 20;
const SCROLL_FRAMES = 240;
const SEARCH_FRAMES = 1_000;
const SCROLL_STEP_PX = 120;
const FAMILY_PAGE = '/a/profile:large/us-east-1/families/large';

/**
 * A family of 5,000 revisions under the limits and round trips of AWS, in the built browser host with an empty data
 * folder: from opening its page to the rows on the first screen and to all names, the calls that it takes when the host
 * is started again, and the time between two frames while it is scrolled.
 */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync(SERVE)) throw new Error('The app is not built. Run npm run build first.');
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const dataFolder = join(folder, 'sandbox');
  await registerRevisions(dataFolder);
  const sandbox = await startSandbox({ scenario: 'empty', dataFolder, profile: 'aws' });
  const browser = await launchBrowser();
  try {
    const cold = await withHost({ folder, sandbox, browser }, async (page) => {
      const measured = await measureCold(page);
      // What is left half-read when a page is closed is read when it is opened again.
      await settled(sandbox);
      return measured;
    });
    const reopenCalls = await withHost({ folder, sandbox, browser }, (page) => countCalls(page, sandbox));
    return [
      { figure: 'history.first-screen-ms', value: Math.round(cold.firstScreenMs), unit: 'ms' },
      { figure: 'history.names-ms', value: Math.round(cold.namesMs), unit: 'ms' },
      { figure: 'history.reopen-calls', value: reopenCalls, unit: 'calls' },
      { figure: 'history.scroll-p95-ms', value: Number(cold.scrollP95Ms.toFixed(1)), unit: 'ms' },
      { figure: 'history.search-p95-ms', value: Number(cold.searchP95Ms.toFixed(1)), unit: 'ms' },
    ];
  } finally {
    await browser.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without limits, in a sandbox that keeps its state for the one that is measured. */
async function registerRevisions(dataFolder: string): Promise<void> {
  const sandbox = await startSandbox({ scenario: 'empty', dataFolder });
  const { endpoint, region, credentials } = sandbox;
  const client = new ECSClient({ endpoint, region, credentials });
  const versions = Array.from({ length: REVISIONS }, (_, index) => index).values();
  async function work(): Promise<void> {
    for (const version of versions) {
      const environment = [{ name: 'VERSION', value: String(version) }];
      const container = { name: 'app', image: `large:${version}`, memory: 64, environment };
      await client.send(
        new RegisterTaskDefinitionCommand({ family: 'large', containerDefinitions: [container] }),
      );
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  } finally {
    client.destroy();
    await sandbox.close();
  }
}

async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser({ platform: process.platform, environment: process.env });
  if (executablePath === undefined) throw new Error('This needs an installed Chromium, Chrome or Edge.');
  // Without a limit to the rate of frames, the time between two is what a frame costs.
  const args = ['--disable-frame-rate-limit', '--disable-gpu-vsync'];
  return chromium.launch({ executablePath, args });
}

interface Place {
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly browser: Browser;
}

/** A page of a host that has just been started over the same data folder, with the sandbox as an AWS profile. */
async function withHost<T>({ folder, sandbox, browser }: Place, act: (page: Page) => Promise<T>): Promise<T> {
  const { accessKeyId, secretAccessKey } = sandbox.credentials;
  const config = join(folder, 'config');
  writeFileSync(
    config,
    `[profile large]\nregion = us-east-1\nendpoint_url = ${sandbox.endpoint}\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  const host = spawn(process.execPath, [SERVE, '--port', '0', '--no-open'], {
    env: {
      ...process.env,
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
      SLIPWAY_DATA: join(folder, 'data'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.goto(await addressOf(host));
    await page.getByRole('navigation').first().waitFor();
    return await act(page);
  } finally {
    await context.close();
    await stop(host);
  }
}

interface Cold {
  readonly firstScreenMs: number;
  readonly namesMs: number;
  readonly scrollP95Ms: number;
  readonly searchP95Ms: number;
}

async function measureCold(page: Page): Promise<Cold> {
  const start = performance.now();
  await page.goto(new URL(FAMILY_PAGE, page.url()).href);
  await firstScreen(page).waitFor();
  const firstScreenMs = performance.now() - start;
  await allNames(page).waitFor();
  const namesMs = performance.now() - start;
  const scrollP95Ms = await scroll(page, SCROLL_FRAMES);
  return { firstScreenMs, namesMs, scrollP95Ms, searchP95Ms: await scrollInSearch(page) };
}

/** While a search for what every revision has reads them, which takes longer than the frames. */
async function scrollInSearch(page: Page): Promise<number> {
  await page.getByRole('textbox', { name: 'Search revisions' }).fill('large');
  await page.getByText(/^[\d,]+ of 5,000, [\d,]{3,} searched$/).waitFor();
  const p95 = await scroll(page, SEARCH_FRAMES);
  if (!(await page.getByText(/searched$/).isVisible())) {
    throw new Error('The search ended before its frames were measured.');
  }
  return p95;
}

/** The calls of opening the family again, until it is whole and nothing has been asked for a while. */
async function countCalls(page: Page, sandbox: Sandbox): Promise<number> {
  await settled(sandbox);
  const before = sandbox.calls().length;
  await page.goto(new URL(FAMILY_PAGE, page.url()).href);
  await allNames(page).waitFor();
  await firstScreen(page).waitFor();
  await settled(sandbox);
  // The frame of the window asks for these, whatever page it shows.
  const ofFrame = new Set(['ListClusters', 'DescribeClusters', 'GetCallerIdentity']);
  return sandbox
    .calls()
    .slice(before)
    .filter(({ operation }) => !ofFrame.has(operation)).length;
}

/** Ten rows with their details are more than what 800 pixels show. */
function firstScreen(page: Page) {
  return page.locator('li[aria-busy="false"]').nth(9);
}

function allNames(page: Page) {
  return page.getByText(REVISIONS.toLocaleString('en'), { exact: true });
}

const QUIET_MS = 1_500;

async function settled(sandbox: Sandbox): Promise<void> {
  for (let before = -1; before !== sandbox.calls().length; ) {
    before = sandbox.calls().length;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
}

/** The 95th percentile of the milliseconds between two frames while the list moves with each of them. */
async function scroll(page: Page, frameCount: number): Promise<number> {
  const frames = await page
    .getByRole('region', { name: /^Revisions of/ })
    .locator('ul:has(> li[aria-posinset])')
    .evaluate(
      async (list, { count, step }) => {
        const scroller = list.parentElement;
        if (scroller === null) return [];
        const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
        const times: number[] = [await nextFrame()];
        for (let frame = 0; frame < count; frame += 1) {
          const isAtEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1;
          scroller.scrollTop = isAtEnd ? 0 : scroller.scrollTop + step;
          times.push(await nextFrame());
        }
        return times.slice(1).map((time, index) => time - (times[index] ?? time));
      },
      { count: frameCount, step: SCROLL_STEP_PX },
    );
  return frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.95)] ?? Number.NaN;
}
