import { join } from 'node:path';
import { visibleText } from '../src/shared/visible-text.ts';
import { buildApp, isBuilt } from './built-app.ts';
import { ROOT, run } from './checkout.mjs';
import { electronEnvironment, fetchElectron, findElectron } from './electron-binary.ts';
import { HELP, type LaunchOptions, parseLaunchOptions } from './launch-options.ts';

/** Exit codes of a program that somebody has stopped: 128 and SIGHUP, SIGINT or SIGTERM. */
const STOPPED: ReadonlySet<number> = new Set([129, 130, 143]);

/** A window that ends with an error so soon was never open, such as where Linux denies Chromium its sandbox. */
const LONGEST_START_MS = 5000;

/**
 * Of Node, for the browser host. Without it, V8 gives what is short-lived up to 128 MB, which the lists of thousands of services
 * fill and which are not given back. With 16 MB (two halves), they take no longer. The compiled code stays valid.
 * https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
const HOST_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=8'];

/** What `npm start` does once the packages are there. */
try {
  const options = parseLaunchOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(HELP);
  else process.exitCode = await launch(options);
} catch (error) {
  // What was typed is repeated, and the output of a build has lines.
  const sentence = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${sentence.split('\n').map(visibleText).join('\n')}\n`);
  process.exitCode = 1;
}

async function launch(options: LaunchOptions): Promise<number> {
  await build();
  if (options.host === 'browser') return openBrowserHost(options);

  const electron = await electronOrReason();
  if ('binary' in electron) return openDesktopApp(electron.binary, options);
  if (options.host === 'electron') {
    throw new Error(`${electron.reason} Leave out --host electron to open the browser host.`);
  }
  process.stdout.write(`${electron.reason} Opening the browser host instead.\n`);
  return openBrowserHost(options);
}

async function build(): Promise<void> {
  if (isBuilt(ROOT)) return;
  process.stdout.write('Building\n');
  const { code, output } = await buildApp(ROOT);
  if (code !== 0) throw new Error(`${output}\nThe build failed; its output is above.`);
}

async function electronOrReason(): Promise<{ readonly binary: string } | { readonly reason: string }> {
  const machine = { platform: process.platform, environment: process.env };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { reason: 'There is no display for the Electron window here.' };
  }
  const installed = findElectron(ROOT, machine);
  if (installed !== undefined) return { binary: installed };
  process.stdout.write('Fetching Electron\n');
  const fetched = await fetchElectron(ROOT, machine);
  return fetched === undefined ? { reason: 'The Electron binary cannot be had here.' } : { binary: fetched };
}

async function openDesktopApp(binary: string, options: LaunchOptions): Promise<number> {
  process.stdout.write('Opening the window\n');
  // As root, Chromium refuses to start with its own sandbox on Linux.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (asRoot.length > 0) {
    process.stdout.write(
      'Electron runs without its sandbox (--no-sandbox), because it is started as root. Start Slipway as another user to keep the sandbox.\n',
    );
  }
  const start = performance.now();
  const code = await run(
    binary,
    [...asRoot, ROOT, ...options.hostArguments],
    electronEnvironment(process.env),
  );
  const hasFailedToStart = code !== 0 && !STOPPED.has(code) && performance.now() - start < LONGEST_START_MS;
  if (!hasFailedToStart || options.host === 'electron') return code;
  process.stdout.write('The Electron window could not be opened here. Opening the browser host instead.\n');
  return openBrowserHost(options);
}

function openBrowserHost(options: LaunchOptions): Promise<number> {
  const serve = join(ROOT, 'out', 'main', 'serve.js');
  return run(process.execPath, [...HOST_NODE_FLAGS, serve, ...options.hostArguments]);
}
