import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
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

/** What the window needs from the host: an address that works once. */
export type IssueAddress = (onUsed: () => void) => string;

/**
 * Opens Slipway in a window without tabs, in a profile of its own that is removed with the window. The address goes
 * there in a file that only this user can read, because every user of the machine can read arguments.
 * Answers nothing where there is no display or no such browser.
 */
export function openAppWindow(
  issueAddress: IssueAddress,
  dataFolder: string,
  desk: Desk,
): AppWindow | undefined {
  if (!hasDisplay(desk)) return undefined;
  const browser = findBrowser(desk);
  if (browser === undefined) return undefined;

  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const profile = mkdtempSync(join(dataFolder, 'window-'));
  const door = writeDoor(profile, issueAddress);
  const browserProcess = spawn(browser, browserArguments(door, profile, desk), { stdio: 'ignore' });
  const closed = endOf(browserProcess).finally(() => removeProfile(profile));
  return {
    closed,
    async close() {
      browserProcess.kill();
      await closed;
    },
  };
}

/** Writes the page that leads to the address, and removes it once the address was used. */
function writeDoor(profile: string, issueAddress: IssueAddress): string {
  const file = join(profile, 'open.html');
  const address = issueAddress(() => rmSync(file, { force: true }));
  const page = `<!doctype html><meta charset="utf-8"><title>Slipway</title><meta http-equiv="refresh" content="0;url=${address}">`;
  writeFileSync(file, page, { mode: 0o600 });
  return pathToFileURL(file).href;
}

/** Whether Chromium has to do without its own sandbox: as root on Linux it does not start with it. */
export function lacksBrowserSandbox({ platform, isRoot }: Desk): boolean {
  return platform === 'linux' && isRoot;
}

/** @param page the only one that the window may show as an app; it holds no secret itself */
export function browserArguments(page: string, profile: string, desk: Desk): readonly string[] {
  return [
    `--app=${page}`,
    `--user-data-dir=${profile}`,
    '--window-size=1360,860',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    ...(lacksBrowserSandbox(desk) ? ['--no-sandbox'] : []),
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
