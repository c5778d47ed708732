import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The machine, as far as the choice of a browser depends on it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
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

/** The path of an installed Chromium, Chrome or Edge; undefined if there is none. */
export function findBrowser(machine: Machine): string | undefined {
  return browserCandidates(machine).find(isExecutable);
}

/** Where an installed Chromium, Chrome or Edge may be, the likeliest first. */
function browserCandidates({ platform, environment }: Machine): readonly string[] {
  if (platform === 'darwin') return MAC_APPS;
  if (platform === 'win32') {
    const roots = [environment.ProgramFiles, environment['ProgramFiles(x86)'], environment.LOCALAPPDATA];
    return roots.flatMap((root) => (root ? WINDOWS_APPS.map((app) => `${root}\\${app}`) : []));
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The machine, and who uses it. */
export interface Desk extends Machine {
  readonly isRoot: boolean;
}

/** Whether a window can be shown: on Linux only where a display is named. */
export function hasDisplay({ platform, environment }: Machine): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
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
