import { join } from 'node:path';
import { type App, announceSandbox, openApp } from './app.ts';
import { type AppWindow, openAppWindow } from './browser/app-window.ts';
import { type BrowserHost, type BrowserHostOptions, startBrowserHost } from './browser/browser-host.ts';
import { type Desk, lacksBrowserSandbox } from './browser/installed-browser.ts';
import { keepPort, lastPort } from './browser/last-port.ts';
import { createKnownSecrets } from './engine/ports/known-secrets.ts';
import type { Logger } from './engine/ports/ports.ts';
import { dataFolder, makeDataFolder } from './process/data-folder.ts';
import { endOnFatalErrors, endOnTerminal, outliveOutput } from './process/fatal-errors.ts';
import { logFile, openLog } from './process/log.ts';
import { keepNewFilesPrivate } from './process/private-process.ts';
import { StartFailure } from './process/start-failure.ts';
import { VERSION } from './process/version.ts';
import { parseServeOptions, type ServeOptions } from './serve-options.ts';

/** For a close that hangs, also where the machine is busy. */
const LONGEST_CLOSE_MS = 15_000;

keepNewFilesPrivate();
const fatalErrors = endOnFatalErrors(endOnTerminal);
outliveOutput();
serve().catch(fatalErrors.endStart);

/** The browser host: prints its address on one line and shows it in a window where one can be had. */
async function serve(): Promise<void> {
  const options = parseServeOptions(process.argv.slice(2));
  const data = dataFolder(process.env, process.platform);
  makeDataFolder(data);
  const secrets = createKnownSecrets();
  const logger = openLog(data, secrets, process.env.SLIPWAY_LOG);
  fatalErrors.logTo(logger, logFile(data));
  const app = openApp({
    environment: process.env,
    dataFolder: data,
    builtFolder: import.meta.dirname,
    logger,
    secrets,
    host: { host: 'browser', version: VERSION },
    sandbox: options.sandbox,
  });
  // When this fails, the engine has not started, and the process ends with a sentence.
  await showApp(app, options, data, logger);
  setTimeout(() => process.exit(1), LONGEST_CLOSE_MS).unref();
  await app.close();
}

async function showApp(app: App, options: ServeOptions, data: string, logger: Logger): Promise<void> {
  const pageFolder = join(import.meta.dirname, '..', 'renderer');
  const hosting = { dispatcher: app.dispatcher, pageFolder, logger };
  const host = await (options.port === undefined
    ? startAtLastPort(hosting, data)
    : startBrowserHost({ ...hosting, port: options.port }).catch(failOnTakenPort));
  // The terminal may be closed while pages are open.
  process.stdout.on('error', (error) => logger.warn({ err: error }, 'The terminal could not be written to'));
  printAddress(host, 'Slipway is at');
  // The address comes first: loading the engine keeps this process busy for a while.
  app.start(host.idle);
  void announceSandbox(app);

  const window = options.window === 'open' ? openWindow(host, data) : undefined;
  try {
    await untilToldToStop({ app, host, window, logger });
  } finally {
    await window?.close();
    await host.close();
  }
}

/**
 * Browsers keep drafts and settings of the window for its address, so the port of the last start is taken again. While
 * something else has that port, such as another Slipway, a free one is taken and the last one stays known.
 */
async function startAtLastPort(
  hosting: Omit<BrowserHostOptions, 'port'>,
  data: string,
): Promise<BrowserHost> {
  const last = lastPort(data);
  if (last !== undefined) {
    try {
      return await startBrowserHost({ ...hosting, port: last });
    } catch (error) {
      hosting.logger.warn({ err: error, port: last }, 'The port of the last start is not available');
    }
  }
  const host = await startBrowserHost({ ...hosting, port: 0 });
  try {
    if (last === undefined) keepPort(data, host.port);
  } catch (error) {
    hosting.logger.warn({ err: error }, 'The port could not be kept for the next start');
  }
  return host;
}

/** An address opens one browser. The next one is printed once it has, so that the last line always works. */
function printAddress(host: BrowserHost, words: string): void {
  const address = host.launchAddress(() => printAddress(host, 'For another browser, Slipway is at'));
  process.stdout.write(`${words} ${address}\n`);
}

function openWindow(host: BrowserHost, data: string): AppWindow | undefined {
  const desk: Desk = {
    platform: process.platform,
    environment: process.env,
    isRoot: process.getuid?.() === 0,
  };
  const window = openAppWindow(host.launchAddress, data, desk);
  if (window !== undefined && lacksBrowserSandbox(desk)) {
    process.stdout.write(
      "The window's browser runs without its sandbox (--no-sandbox), because Slipway runs as root. Start Slipway as another user to keep the sandbox.\n",
    );
  }
  return window;
}

interface Running {
  readonly app: App;
  readonly host: BrowserHost;
  readonly window: AppWindow | undefined;
  readonly logger: Logger;
}

/**
 * Settles at a signal, or when the window is closed and no other tab shows the page. Rejects when the engine could not
 * start.
 */
async function untilToldToStop({ app, host, window, logger }: Running): Promise<void> {
  const stop = Promise.withResolvers<void>();
  // Ctrl+C reaches this process more than once: from the terminal, and from those that have started it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.resolve());
  window?.closed
    .then((wasShown) => {
      if (!wasShown) logger.warn('The browser could not show the window');
      else if (host.pages() === 0) stop.resolve();
    })
    .catch(stop.reject);
  app.started.catch(stop.reject);
  await stop.promise;
}

function failOnTakenPort(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const sentence =
      'Slipway could not start: the port is in use. Choose another one with --port, or leave it out to use a free port.';
    throw new StartFailure(sentence, { cause: error });
  }
  throw error;
}
