import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder } from '../../make-folder.ts';
import { browserArguments, type Desk, findBrowser, hasDisplay } from './installed-browser.ts';

export interface AppWindow {
  /** Settles when the window is closed; with false when the browser could not show it. */
  readonly closed: Promise<boolean>;
  close(): Promise<void>;
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

  makeFolder(dataFolder);
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
