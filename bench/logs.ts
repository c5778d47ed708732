import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Page } from '@playwright/test';
import { findBrowser } from '../src/main/browser/installed-browser.ts';
import { RequestFrame, type ResponseFrame } from '../src/shared/frames.ts';
import type { ServiceLogLine, ServiceLogsEvent } from '../src/shared/model/log.ts';
import { type Figure, median } from './figure.ts';
import { addressOf, stop } from './host-process.ts';
import { traceMainThread } from './main-thread.ts';

const SERVE = join(import.meta.dirname, '..', 'out', 'main', 'serve.js');
const SERVICE_PAGE = '/a/sandbox/us-east-1/c/production/s/web';
const HELD = 200_000;
const BATCH = 100;
const BATCHES_A_SECOND = 20;
const FOLLOWED_S = Number(process.env.SLIPWAY_BENCH_LOGS_S ?? 30);
const OPENINGS = 5;
const IDLE_S = 5;
const VIEWPORT = { width: 1440, height: 900 };

/**
 * The log view in the built browser host, in Chromium: from a click on Logs to the first line of the sandbox. Then, with 200,000 lines
 * held, 2,000 new ones a second in 20 batches, which come over the page's WebSocket in place of the engine's: the time between two
 * frames, beside that of the same page without new lines (some builds of Chromium draw 60 frames a second at most), the time that
 * the main thread works between two frames, and how much the heap grows. At last from a filter to the count of all lines that match, on the screen.
 */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync(SERVE)) throw new Error('The app is not built. Run npm run build first.');
  const executablePath = findBrowser({ platform: process.platform, environment: process.env });
  if (executablePath === undefined) throw new Error('This needs an installed Chromium, Chrome or Edge.');
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const host = spawn(process.execPath, [SERVE, '--port', '0', '--no-open', '--sandbox'], {
    env: { ...process.env, SLIPWAY_DATA: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Without a limit to the rate of frames, the time between two is what a frame costs.
  const args = ['--disable-frame-rate-limit', '--disable-gpu-vsync', '--js-flags=--expose-gc'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const address = await addressOf(host);
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.goto(address);
    const firstLine = await firstLineTimes(page);
    // Not before: what is intercepted takes a way through this process, and half a megabyte of lines takes long there.
    const feed = await interceptLogs(page);
    await page.goto(new URL(SERVICE_PAGE, page.url()).href);
    return [firstLine, ...(await followedFigures(page, feed))];
  } finally {
    await browser.close();
    await stop(host);
    rmSync(folder, { recursive: true, force: true });
  }
}

function aLine(index: number): ServiceLogLine {
  const isNew = index % 3 > 0;
  const end = index % 13 === 0 ? 'timeout after 2,000 ms' : 'ok';
  return {
    id: `line ${index}`,
    at: new Date(Date.now() - HELD + index).toISOString(),
    container: 'app',
    taskId: `${index % 6}a41c9e0b1f`,
    revision: isNew ? 'web:40' : 'web:39',
    level: index % 13 === 0 ? 'error' : 'info',
    text: `POST /orders/${index} 201 in ${index % 97} ms inventory ${end} request ${index * 7919}`,
  };
}

interface LogFeed {
  /** From now on the page's own lines are these. */
  take(): void;
  send(event: ServiceLogsEvent): void;
}

/** Stands between the page and the host. Everything is passed on, but the calls of services.logs once it is asked to take them. */
async function interceptLogs(page: Page): Promise<LogFeed> {
  let isTaken = false;
  let send = (_event: ServiceLogsEvent): void => undefined;
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const frame = RequestFrame.parse(JSON.parse(String(message)));
      if (!isTaken || frame.type !== 'call' || frame.method !== 'services.logs') return server.send(message);
      send = (event) => {
        const response: ResponseFrame = { type: 'event', id: frame.id, event };
        socket.send(JSON.stringify(response));
      };
    });
  });
  return {
    take: () => {
      isTaken = true;
    },
    send: (event) => send(event),
  };
}

async function firstLineTimes(page: Page): Promise<Figure> {
  const logs = page.getByRole('log', { name: 'Logs' });
  const times: number[] = [];
  await page.goto(new URL(SERVICE_PAGE, page.url()).href);
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    await page.getByRole('tab', { name: 'Tasks' }).click();
    await page.getByRole('tabpanel', { name: 'Tasks' }).waitFor();
    await wait(1_000);
    const start = performance.now();
    await page.getByRole('tab', { name: 'Logs' }).click();
    await logs.getByRole('listitem').first().waitFor();
    times.push(performance.now() - start);
  }
  return { figure: 'logs.first-line-ms', value: Math.round(median(times)), unit: 'ms' };
}

async function followedFigures(page: Page, feed: LogFeed): Promise<readonly Figure[]> {
  await page.getByRole('tab', { name: 'Tasks' }).click();
  feed.take();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await wait(1_000);
  feed.send({ kind: 'sources', sources: [], notRead: [], via: 'live-tail' });
  let next = 0;
  const sendLines = (count: number): void => {
    const lines = Array.from({ length: count }, (_, index) => aLine(next + index));
    next += count;
    feed.send({ kind: 'lines', lines });
  };
  while (next < HELD) sendLines(5_000);
  feed.send({ kind: 'caught-up' });
  await page.getByText('200,000 lines').waitFor();

  const before = await heapOf(page);
  const idle = await page.evaluate(framesOf, IDLE_S * 1_000);
  const endTrace = await traceMainThread(page);
  const frames = page.evaluate(framesOf, FOLLOWED_S * 1_000);
  for (let batch = 0; batch < FOLLOWED_S * BATCHES_A_SECOND; batch += 1) {
    sendLines(BATCH);
    await wait(1_000 / BATCHES_A_SECOND);
  }
  const followed = await frames;
  const work = await endTrace();
  process.stderr.write(
    `${followed.length} frames, the longest ${Math.max(...followed).toFixed(0)} ms, ${next - HELD} lines\n`,
  );
  const after = await heapOf(page);
  return [
    { figure: 'logs.frame-p95-ms', value: p95(followed), unit: 'ms' },
    { figure: 'logs.frame-idle-p95-ms', value: p95(idle), unit: 'ms' },
    { figure: 'logs.frame-work-p95-ms', value: p95(work), unit: 'ms' },
    { figure: 'logs.heap-mb', value: Math.round(after), unit: 'MB' },
    { figure: 'logs.heap-growth-mb', value: Number((after - before).toFixed(1)), unit: 'MB' },
    { figure: 'logs.filter-ms', value: await filterTime(page, 'timeout'), unit: 'ms' },
    { figure: 'logs.filter-expression-ms', value: await filterTime(page, 'inventory.*timeout'), unit: 'ms' },
  ];
}

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN).toFixed(1));
}

/** From a text in the filter to the count of its matches on the screen: as many as there are errors. The median of five. */
async function filterTime(page: Page, text: string): Promise<number> {
  const expression = page.getByRole('button', { name: 'Regular expression' });
  if (text.includes('*')) await expression.click();
  const errors =
    /[\d,]+/.exec((await page.getByRole('button', { name: /^Error / }).textContent()) ?? '')?.[0] ?? '';
  const filter = page.getByRole('searchbox', { name: 'Filter lines' });
  const times: number[] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await filter.fill('');
    await wait(500);
    const shown = page.evaluate(untilShown, `${errors} matches`);
    await filter.fill(text);
    times.push(await shown);
  }
  return Math.round(median(times));
}

/** Runs in the page: the milliseconds from the next input to a text beside it. */
async function untilShown(text: string): Promise<number> {
  const start = await new Promise<number>((resolve) => {
    document.addEventListener('input', () => resolve(performance.now()), { once: true, capture: true });
  });
  while (document.querySelector('search')?.textContent?.includes(text) !== true)
    await new Promise((resolve) => requestAnimationFrame(resolve));
  return performance.now() - start;
}

/** Runs in the page: the milliseconds between two frames, for so long. */
async function framesOf(duration: number): Promise<readonly number[]> {
  const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  const times = [await nextFrame()];
  const end = (times[0] ?? 0) + duration;
  while ((times.at(-1) ?? end) < end) times.push(await nextFrame());
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

/** MB of the page's heap after a collection. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1_000_000;
}
