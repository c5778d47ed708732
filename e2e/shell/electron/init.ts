/**
 * Starts an app as Electron does: lib/browser/init.ts reads its package.json, sets what the entry may rely on, imports
 * the entry, and says that its code is loaded. Only then `ready` comes
 * (ElectronBrowserMainParts::PostEarlyInitialization waits in NodeBindings::JoinAppCode), so an entry that awaits
 * `ready` while it is evaluated waits forever, as long as anything else keeps the loop alive (electron/electron#40719).
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { act } from './acts.ts';
import { app, describeApp, finishLaunching, shutDownOfApp } from './app.ts';
import { BrowserWindow, windowOf } from './browser-window.ts';
import { connectToChromium } from './chromium.ts';
import { nativeTheme } from './desktop.ts';
import { dialog } from './dialog.ts';
import { receiveInvoke, receiveMessage } from './ipc-main.ts';
import { Menu } from './menu.ts';
import { answerRequest } from './protocol.ts';
import { emitNatively, emitPreventable, preventableEvent } from './strict.ts';

const life = { isEvaluated: false };
const folder = process.argv[2] ?? '.';

connectToChromium({
  state: () => ({
    isEvaluated: life.isEvaluated,
    isReady: app.isReady(),
    name: app.getName(),
    windows: BrowserWindow.getAllWindows().map((window) => window.state()),
    menu: Menu.getApplicationMenu()?.entries() ?? [],
    themeSource: nativeTheme.themeSource,
  }),
  act,
  startNavigation: (contents, navigation) => windowOf(contents).webContents.startNavigation(navigation),
  finishNavigation: (contents, ...rest) => windowOf(contents).webContents.finishNavigation(...rest),
  navigateInPage: (contents, ...rest) => windowOf(contents).webContents.navigateInPage(...rest),
  failNavigation: (contents, ...rest) => windowOf(contents).webContents.failNavigation(...rest),
  reachLoadState: (contents, state) => windowOf(contents).reachLoadState(state),
  showContextMenu: (contents, params) =>
    emitNatively(windowOf(contents).webContents, 'context-menu', preventableEvent({}), params),
  failPreload: (contents, path, message) =>
    emitNatively(
      windowOf(contents).webContents,
      'preload-error',
      preventableEvent({}),
      path,
      new Error(message),
    ),
  pageCrashed: (contents) => windowOf(contents).webContents.crash(),
  pageClosed: (contents) => windowOf(contents).gone(),
  preventUnload: (contents) => emitPreventable(windowOf(contents).webContents, 'will-prevent-unload'),
  answerRequest: (_contents, request) => answerRequest(request),
  openWindow: (contents, opening) => windowOf(contents).webContents.openWindow(opening),
  receive: (contents, sender, channel, args) =>
    receiveMessage(windowOf(contents).webContents.ipcEvent(sender), channel, args),
  invoke: (contents, sender, channel, args) =>
    receiveInvoke(windowOf(contents).webContents.ipcEvent(sender), channel, args),
});
await startApp();

async function startApp(): Promise<void> {
  const { main, name, productName, version } = readPackage();
  describeApp(folder, productName ?? name ?? 'Electron', version ?? '0.0.0');
  setUpProcess();
  redirectElectron();
  const loopEnds = new Promise<void>((resolve) => process.once('beforeExit', () => resolve()));
  // The loop that Electron runs until the code is loaded ends when there is nothing left to wait for.
  process.channel?.unref();
  const loaded = loadEntry(pathToFileURL(join(folder, main ?? 'index.js')).href);
  await Promise.race([loaded, loopEnds, shutDownOfApp]);
  process.channel?.ref();
  finishLaunching();
}

/** An entry that fails is an uncaught exception, and the app continues. */
async function loadEntry(entry: string): Promise<void> {
  try {
    await import(entry);
    life.isEvaluated = true;
  } catch (error) {
    life.isEvaluated = true;
    process.emit('uncaughtException', error instanceof Error ? error : new Error(String(error)));
  }
}

function setUpProcess(): void {
  process.argv.splice(1, 1);
  const versions = { ...process.versions, electron: '45.4.1', chrome: '153.0.0.0' };
  Object.defineProperty(process, 'versions', { value: versions, enumerable: true });
  Object.assign(process, { type: 'browser', defaultApp: true, resourcesPath: join(folder, 'resources') });
  // "Don't quit on fatal error."
  process.on('uncaughtException', (error) => {
    if (process.listenerCount('uncaughtException') > 1) return;
    const message = `Uncaught Exception:\n${error.stack ?? `${error.name}: ${error.message}`}`;
    dialog.showErrorBox('A JavaScript error occurred in the main process', message);
  });
  // "Map process.exit to app.exit, which quits gracefully."
  process.exit = ((code: number | undefined) => {
    if (code !== undefined) process.exitCode = code;
    app.exit(Number(process.exitCode ?? 0));
  }) as typeof process.exit;
  // ElectronBrowserMainParts: "Exit in response to SIGINT, SIGTERM, etc."
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
}

function redirectElectron(): void {
  const module = new URL('index.ts', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron' || specifier === 'electron/main'
        ? { url: module, shortCircuit: true }
        : next(specifier, context),
  });
}

function readPackage(): {
  readonly main?: string;
  readonly name?: string;
  readonly productName?: string;
  readonly version?: string;
} {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as ReturnType<typeof readPackage>;
}
