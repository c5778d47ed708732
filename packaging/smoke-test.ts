import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, chromium } from '@playwright/test';

/** A hosted runner starts a fresh app in some seconds, and macOS first looks all of it through. */
const LONGEST_START_MS = 120_000;
const POLL_MS = 250;
const LONGEST_QUIT_MS = 20_000;

/**
 * `node packaging/smoke-test.ts EXECUTABLE [ARGUMENT...]`: starts a packaged app as a new user would, but with the
 * sandbox, and is content when its window lists the services of the sandbox. It looks through Chromium's debugging port,
 * as the fuses close that of Node.
 */
async function smokeTest(executable: string, args: readonly string[]): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-smoke-'));
  const port = await freePort();
  const app = spawn(executable, [`--remote-debugging-port=${port}`, '--sandbox', ...args], {
    env: { ...process.env, SLIPWAY_DATA: data },
    stdio: 'inherit',
  });
  const ended = endOf(app);
  try {
    const browser = await Promise.race([connect(port), ended]);
    await Promise.race([listsServices(browser), ended]);
    await quit(browser, app);
  } finally {
    app.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Rejects when the app cannot be started, or ends while it is looked at. */
function endOf(app: ChildProcess): Promise<never> {
  return new Promise((_resolve, reject) => {
    app.once('error', reject);
    app.once('exit', (code, signal) => reject(new Error(`It ended by itself (${code ?? signal}).`)));
  });
}

async function connect(port: number): Promise<Browser> {
  const deadline = AbortSignal.timeout(LONGEST_START_MS);
  for (;;) {
    try {
      return await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    } catch (error) {
      if (deadline.aborted) throw new Error('It did not open its debugging port.', { cause: error });
      await wait(POLL_MS);
    }
  }
}

async function listsServices(browser: Browser): Promise<void> {
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('It has no window.');
  const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: LONGEST_START_MS }));
  const services = page.getByRole('region', { name: 'Services' }).getByRole('listitem');
  await services.first().waitFor({ timeout: LONGEST_START_MS });
}

/** Ends it as a person would, so that an AppImage takes its mount with it. */
async function quit(browser: Browser, app: ChildProcess): Promise<void> {
  const exit = once(app, 'exit', { signal: AbortSignal.timeout(LONGEST_QUIT_MS) });
  const session = await browser.newBrowserCDPSession();
  // The answer may not come any more.
  void session.send('Browser.close').catch(() => undefined);
  await exit.catch((error: unknown) => {
    throw new Error('It did not quit.', { cause: error });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}

const [executable, ...args] = process.argv.slice(2);
try {
  if (executable === undefined) throw new Error('Name the executable of the packaged app.');
  await smokeTest(executable, args);
  process.stdout.write(`${executable} starts and lists services.\n`);
} catch (error) {
  process.stderr.write(`${executable ?? ''}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// A connection that was given up would keep the process.
process.exit();
