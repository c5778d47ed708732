import { app } from 'electron';
import type { Logger } from '../engine/ports/ports.ts';

/** A little more than the engine takes for itself when its calls do not end. */
const LONGEST_CLOSE_MS = 10_000;

/**
 * Makes this the only Slipway with this data folder. Returns false, and quits, when another runs already; that one is
 * told the arguments of this start.
 */
export function claimSingleInstance(args: readonly string[]): boolean {
  if (app.requestSingleInstanceLock({ arguments: args })) return true;
  app.quit();
  return false;
}

interface LifeOptions {
  readonly platform: NodeJS.Platform;
  /** Releases everything; the process ends when it has settled, or has taken too long. */
  readonly close: () => Promise<void>;
  /** Brings the window to the front, or opens it again. */
  readonly showWindow: () => void;
  readonly logger: Logger;
}

/**
 * Quits with the last window, except on macOS, where the app stays and opens it again. A second start shows the window;
 * while the app is closing, it starts the app once more after that.
 */
export function liveUntilClosed({ platform, close, showWindow, logger }: LifeOptions): void {
  // The executable within an AppImage is only there while it runs.
  const appImage = process.env.APPIMAGE === undefined ? {} : { execPath: process.env.APPIMAGE };
  let stage: 'open' | 'closing' | 'closed' = 'open';
  let startsAgain = false;

  app.on('window-all-closed', () => {
    if (platform !== 'darwin') app.quit();
  });
  app.on('activate', () => {
    if (stage === 'open' && app.isReady()) showWindow();
  });
  app.on('second-instance', (_event, _argv, _folder, data) => {
    if (stage === 'open') showWindow();
    else if (!startsAgain) {
      startsAgain = true;
      // Takes effect when this process has ended, and its lock with it.
      app.relaunch({ args: [...argumentsOf(data)], ...appImage });
    }
  });
  app.on('will-quit', (event) => {
    if (stage === 'closed') return;
    event.preventDefault();
    if (stage === 'closing') return;
    stage = 'closing';
    const limit = setTimeout(() => {
      logger.error('The engine did not close in time');
      stage = 'closed';
      app.exit(1);
    }, LONGEST_CLOSE_MS);
    close()
      .catch((error: unknown) => logger.error({ err: error }, 'The engine did not close'))
      .finally(() => {
        clearTimeout(limit);
        stage = 'closed';
        app.quit();
      });
  });
}

/** What `claimSingleInstance` of the other process has sent. Electron adds switches of Chromium's to its own list. */
function argumentsOf(data: unknown): readonly string[] {
  if (typeof data !== 'object' || data === null || !('arguments' in data)) return [];
  const { arguments: args } = data;
  return Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [];
}
