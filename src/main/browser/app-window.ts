import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The machine, as far as the choice of a browser depends on it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Environment;
  readonly isRoot: boolean;
}

export interface AppWindow {
  /** Settles when the window is closed; with false when the browser could not show it. */
  readonly closed: Promise<boolean>;
  close(): Promise<void>;
}

const LINUX_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];

const MAC_APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

const WINDOWS_APPS = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];

/** Whether a window can be shown: on Linux only where a display is named. */
export function hasDisplay({ platform, environment }: Machine): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/** Where an installed Chromium, Chrome or Edge may be, the likeliest first. */
export function browserCandidates({ platform, environment }: Machine): readonly string[] {
  if (platform === 'darwin') return MAC_APPS;
  if (platform === 'win32') {
    const roots = [environment.ProgramFiles, environment['ProgramFiles(x86)'], environment.LOCALAPPDATA];
    return roots.flatMap((root) => (root ? WINDOWS_APPS.map((app) => `${root}\\${app}`) : []));
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/**
 * Opens the address in a window without tabs, in a profile of its own that is removed with the window.
 * Answers nothing where there is no display or no such browser.
 */
export function openAppWindow(address: string, dataFolder: string, machine: Machine): AppWindow | undefined {
  if (!hasDisplay(machine)) return undefined;
  const browser = browserCandidates(machine).find(isExecutable);
  if (browser === undefined) return undefined;

  mkdirSync(dataFolder, { recursive: true });
  const profile = mkdtempSync(join(dataFolder, 'window-'));
  const browserProcess = spawn(browser, browserArguments(address, profile, machine), { stdio: 'ignore' });
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
export function browserArguments(address: string, profile: string, machine: Machine): readonly string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    '--window-size=1360,860',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    ...(machine.platform === 'linux' && machine.isRoot ? ['--no-sandbox'] : []),
  ];
}

async function endOf(browserProcess: ChildProcess): Promise<boolean> {
  try {
    const [code] = await once(browserProcess, 'exit');
    return code === 0;
  } catch {
    // The browser could not be started at all. The address is printed in any case.
    return false;
  }
}

function removeProfile(profile: string): void {
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // A part of the browser still writes there. The next start makes a new profile.
  }
}

function isExecutable(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
