import { join } from 'node:path';
import { app, BrowserWindow, session } from 'electron';
import { announceSandbox, openApp } from './app.ts';
import { dataFolder } from './data-folder.ts';
import { registerAppScheme, serveAppProtocol } from './electron/app-protocol.ts';
import { carryPageCalls } from './electron/calls.ts';
import { chooseFolder } from './electron/folder-dialog.ts';
import { claimSingleInstance, quitAfterClosing } from './electron/life.ts';
import { installMenu } from './electron/menu.ts';
import { limitNavigation, limitPermissions } from './electron/navigation-limits.ts';
import { notify } from './electron/notifications.ts';
import { createWindow, showPage } from './electron/window.ts';
import { createKnownSecrets } from './engine/known-secrets.ts';
import { logCrash, openLog } from './log.ts';
import { keepNewFilesPrivate } from './private-process.ts';
import { VERSION } from './version.ts';

/** The built app: this file is in its folder `main`. */
const OUT = join(import.meta.dirname, '..');

keepNewFilesPrivate();
const data = dataFolder(process.env, process.platform);
// Chromium's own files, and with them the lock of the single instance, belong to the data folder.
app.setPath('userData', join(data, 'electron'));
registerAppScheme();
if (claimSingleInstance(showAgain)) await openDesktopApp();

async function openDesktopApp(): Promise<void> {
  const secrets = createKnownSecrets();
  const logger = openLog(data, secrets);
  logCrash(logger);
  const slipway = openApp({
    environment: process.env,
    dataFolder: data,
    logger,
    secrets,
    host: { host: 'electron', version: VERSION, chooseFolder, notify },
    sandbox: process.argv.includes('--sandbox') ? 'always' : 'when-needed',
  });
  slipway.start();
  void announceSandbox(slipway);
  limitNavigation(logger);
  quitAfterClosing(() => slipway.close(), logger);

  await app.whenReady();
  limitPermissions(session.defaultSession);
  serveAppProtocol(join(OUT, 'renderer'));
  installMenu(process.platform, app.isPackaged);
  const window = createWindow({
    preload: join(OUT, 'preload', 'index.cjs'),
    icon: join(OUT, '..', 'resources', 'icon.png'),
    dataFolder: data,
  });
  carryPageCalls(slipway.dispatcher, logger).accept(window.webContents);
  await showPage(window);
}

function showAgain(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized()) window.restore();
  window?.focus();
}
