import { join } from 'node:path';
import { type App, announceSandbox, openApp } from './app.ts';
import { type AppWindow, openAppWindow } from './browser/app-window.ts';
import { type BrowserHost, startBrowserHost } from './browser/browser-host.ts';
import { dataFolder } from './data-folder.ts';
import type { Logger } from './engine/ports.ts';
import { logCrash, openLog } from './log.ts';
import { parseServeOptions, type ServeOptions } from './serve-options.ts';
import { VERSION } from './version.ts';

/** For a close that hangs, also where the machine is busy. */
const LONGEST_CLOSE_MS = 15_000;

try {
  await serve(parseServeOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`Slipway did not start: ${sentenceOf(error)}\n`);
  process.exitCode = 1;
}

/** The browser host: prints its address on one line and shows it in a window where one can be had. */
async function serve(options: ServeOptions): Promise<void> {
  const data = dataFolder(process.env, process.platform);
  const logger = openLog(data);
  logCrash(logger);
  const app = openApp({
    environment: process.env,
    dataFolder: data,
    logger,
    host: { host: 'browser', version: VERSION },
    sandbox: options.sandbox,
  });
  try {
    await showApp(app, options, data, logger);
  } finally {
    setTimeout(() => process.exit(1), LONGEST_CLOSE_MS).unref();
    await app.close();
  }
}

async function showApp(app: App, options: ServeOptions, data: string, logger: Logger): Promise<void> {
  const pageFolder = join(import.meta.dirname, '..', 'renderer');
  const host = await startBrowserHost({ dispatcher: app.dispatcher, pageFolder, port: options.port, logger });
  process.stdout.write(`Slipway is at ${host.address}\n`);
  void announceSandbox(app);

  const window = options.window === 'open' ? openWindow(host, data) : undefined;
  await untilToldToStop(host, window, logger);
  await window?.close();
  await host.close();
}

function openWindow(host: BrowserHost, data: string): AppWindow | undefined {
  return openAppWindow(host.address, data, {
    platform: process.platform,
    environment: process.env,
    isRoot: process.getuid?.() === 0,
  });
}

/** Settles at a signal, or when the window is closed and no other tab shows the page. */
async function untilToldToStop(
  host: BrowserHost,
  window: AppWindow | undefined,
  logger: Logger,
): Promise<void> {
  const stop = Promise.withResolvers<void>();
  // Ctrl+C reaches this process more than once: from the terminal, and from those that have started it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.resolve());
  window?.closed
    .then((wasShown) => {
      if (!wasShown) logger.warn('The browser could not show the window');
      else if (host.pages() === 0) stop.resolve();
    })
    .catch(stop.reject);
  await stop.promise;
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return 'the port is taken. Give another with --port, or leave it out for a free one.';
  }
  return error.message;
}
