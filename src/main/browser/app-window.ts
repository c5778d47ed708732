import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser, type Machine } from './installed-browser.ts';

/** The machine, and who uses it. */
export interface Desk extends Machine {
  readonly isRoot: boolean;
}

export interface AppWindow {
  /** Settles when the window is closed; with false when the browser could not show it. */
  readonly closed: Promise<boolean>;
  close(): Promise<void>;
}

/** Whether a window can be shown: on Linux only where a display is named. */
export function hasDisplay({ platform, environment }: Machine): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/**
 * Opens the address in a window without tabs, in a profile of its own that is removed with the window.
 * Answers nothing where there is no display or no such browser.
 */
export function openAppWindow(address: string, dataFolder: string, desk: Desk): AppWindow | undefined {
  if (!hasDisplay(desk)) return undefined;
  const browser = findBrowser(desk);
  if (browser === undefined) return undefined;

  mkdirSync(dataFolder, { recursive: true });
  const profile = mkdtempSync(join(dataFolder, 'window-'));
  const browserProcess = spawn(browser, browserArguments(address, profile, desk), { stdio: 'ignore' });
  const closed = endOf(browserProcess).finally(() => removeProfile(profile));
  return {
    closed,
    async close() {
      browserProcess.kill();
      await closed;
    },
  };
}

/** The address is the only one that the window may show as an app; Chromium's own sandbox does not run as root. */
export function browserArguments(address: string, profile: string, desk: Desk): readonly string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    '--window-size=1360,860',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    ...(desk.platform === 'linux' && desk.isRoot ? ['--no-sandbox'] : []),
  ];
}

/** Whether the browser ended as it should. If it could not be started at all, the printed address is left. */
function endOf(browserProcess: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    browserProcess.once('exit', (code) => resolve(code === 0));
    browserProcess.once('error', () => resolve(false));
  });
}

function removeProfile(profile: string): void {
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // A part of the browser still writes there. The next start makes a new profile.
  }
}
