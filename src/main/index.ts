import { join } from 'node:path';
import { app, session } from 'electron';
import { announceSandbox, openApp } from './app.ts';
import { registerAppScheme, serveAppProtocol, serveDevelopedPage } from './electron/app-protocol.ts';
import { carryPageCalls } from './electron/calls.ts';
import { createCloseQuestion } from './electron/close-question.ts';
import { offerContextMenus } from './electron/context-menu.ts';
import { keepCrashReports, logCrashedHelpers } from './electron/crash-reports.ts';
import { parseDesktopArguments } from './electron/desktop-arguments.ts';
import { openDesktopState } from './electron/desktop-state.ts';
import { hasDisplay, requireDisplay } from './electron/display.ts';
import { endWithErrorBox } from './electron/error-box.ts';
import { chooseFolder } from './electron/folder-dialog.ts';
import { createHelp } from './electron/help.ts';
import { introduceApp } from './electron/identity.ts';
import { claimSingleInstance, liveUntilClosed } from './electron/life.ts';
import { installMenu } from './electron/menu.ts';
import { limitNavigation, limitPermissions } from './electron/navigation-limits.ts';
import { createNotifier } from './electron/notifications.ts';
import { createLinkOpener } from './electron/outside-links.ts';
import { keepPageAlive } from './electron/page-health.ts';
import { followRunningJobs } from './electron/running-jobs.ts';
import { restoreTheme, setTheme } from './electron/theme.ts';
import { askNatively, offerUpdates } from './electron/updates.ts';
import { createWindow, showOpenWindow, showPage } from './electron/window.ts';
import { proxyOfPacResult } from './engine/network/proxy-rules.ts';
import { createKnownSecrets } from './engine/ports/known-secrets.ts';
import type { Logger } from './engine/ports/ports.ts';
import { dataFolder, makeDataFolder } from './process/data-folder.ts';
import { endOnFatalErrors, outliveOutput } from './process/fatal-errors.ts';
import { logFile, openLog } from './process/log.ts';
import { readLoginShell, shellToAsk } from './process/login-shell.ts';
import { keepNewFilesPrivate } from './process/private-process.ts';
import { HOMEPAGE, ISSUES, VERSION } from './process/version.ts';

/** The built app: this file is in its folder `main`. */
const OUT = join(import.meta.dirname, '..');
const ICON = join(OUT, '..', 'resources', 'icon.png');

keepNewFilesPrivate();
const { platform } = process;
const args = process.argv.slice(1);
const display = { platform, environment: process.env, args };
const fatalErrors = endOnFatalErrors((sentence) =>
  endWithErrorBox(sentence, { canShow: hasDisplay(display) }),
);
outliveOutput();

// Nothing here may wait for `ready`: Electron emits it only once this file has been evaluated
// (lib/browser/init.ts of electron/electron, https://www.electronjs.org/docs/latest/tutorial/esm).
try {
  startDesktopApp();
} catch (error) {
  fatalErrors.endStart(error);
}

/** What has to happen before the app is ready, in this order; the rest follows when it is. */
function startDesktopApp(): void {
  const options = parseDesktopArguments(args);
  requireDisplay(display);
  const data = dataFolder(process.env, platform);
  makeDataFolder(data);
  // Without it Chromium takes no lock, and the app would quit as if another Slipway were open.
  makeDataFolder(join(data, 'electron'));
  introduceApp({ version: VERSION, homepage: HOMEPAGE, icon: ICON });
  // Chromium's own files, and with them the lock of the single instance, belong to the data folder.
  app.setPath('userData', join(data, 'electron'));
  keepCrashReports(data);
  registerAppScheme();
  if (!claimSingleInstance(args)) return;

  const secrets = createKnownSecrets();
  const logger = openLog(data, secrets, process.env.SLIPWAY_LOG);
  fatalErrors.logTo(logger, logFile(data));
  logCrashedHelpers(logger);
  const state = openDesktopState(data, logger);
  const slipway = openApp({
    environment: prepareEnvironment(logger),
    dataFolder: data,
    builtFolder: import.meta.dirname,
    logger,
    secrets,
    systemProxy,
    host: {
      host: 'electron',
      version: VERSION,
      chooseFolder: () => chooseFolder(state),
      setTheme: (theme) => setTheme(theme, state),
      notify: createNotifier({ logger, showWindow }),
    },
    sandbox: options.sandbox,
  });
  slipway.started.catch(fatalErrors.endStart);
  void announceSandbox(slipway);
  const calls = carryPageCalls(slipway.dispatcher, logger);
  const runningJobs = followRunningJobs(slipway.dispatcher, logger);
  const question = createCloseQuestion({ runningJobs, logger });
  const openLink = createLinkOpener(logger);
  limitNavigation(openLink);
  offerContextMenus(logger);
  app.on('before-quit', question.hold);
  liveUntilClosed({ platform, close: () => slipway.close(), showWindow, logger });

  app
    .whenReady()
    .then(async () => {
      restoreTheme(state);
      limitPermissions(session.defaultSession);
      // Set by `electron-vite dev`; a package takes its page from nowhere else.
      const developed = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
      if (developed === undefined) serveAppProtocol(join(OUT, 'renderer'));
      else serveDevelopedPage(developed);
      const help = createHelp({
        version: VERSION,
        logFile: logFile(data),
        homepage: HOMEPAGE,
        issues: ISSUES,
        openLink,
        logger,
      });
      installMenu({ platform, isPackaged: app.isPackaged, help });
      await openWindow();
      // Only now: this process sends the page its files, and could not while it loads the engine.
      slipway.start();
      offerUpdates(
        {
          isPackaged: app.isPackaged,
          platform,
          environment: process.env,
          resourcesPath: process.resourcesPath,
        },
        { isJobRunning: () => runningJobs().length > 0, ask: askNatively, version: VERSION, logger },
      );
    })
    .catch(fatalErrors.endStart);

  async function openWindow(): Promise<void> {
    const window = createWindow({ preload: join(OUT, 'preload', 'index.cjs'), icon: ICON }, state);
    // On macOS the app stays, and jobs with it, when its window closes.
    if (platform !== 'darwin') window.on('close', question.hold);
    calls.accept(window.webContents);
    keepPageAlive(window, logger);
    await showPage(window);
  }

  function showWindow(): void {
    if (!showOpenWindow()) openWindow().catch(fatalErrors.endStart);
  }
}

/**
 * The environment that the engine starts with, after the window has started to open. What the login shell sets goes to
 * the process itself: programs that the AWS SDK starts, such as a credential_process, are looked for on its PATH.
 */
async function prepareEnvironment(logger: Logger): Promise<NodeJS.ProcessEnv> {
  const shell = shellToAsk(platform, app.isPackaged, process.env);
  if (shell === undefined) return process.env;
  try {
    return Object.assign(process.env, await readLoginShell({ shell, environment: process.env }));
  } catch (error) {
    logger.warn({ err: error }, 'The environment of the login shell could not be read');
    return process.env;
  }
}

/** Chromium knows the proxy of the system, once the app is ready. */
async function systemProxy(url: string): Promise<string | undefined> {
  await app.whenReady();
  return proxyOfPacResult(await session.defaultSession.resolveProxy(url));
}
