import type { BrowserWindowConstructorOptions } from 'electron';

const OPTIONS: ReadonlySet<string> = new Set([
  'fullscreen',
  'height',
  'minHeight',
  'minWidth',
  'show',
  'title',
  'width',
  'x',
  'y',
  // These are only seen.
  'autoHideMenuBar',
  'backgroundColor',
  'icon',
]);

/** What a page of the simulation is: sandboxed and isolated. */
const FIXED: Readonly<Record<string, boolean | undefined>> = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  webSecurity: true,
  webviewTag: false,
};

const OTHER_PREFERENCES: ReadonlySet<string> = new Set([
  'preload',
  'spellcheck',
  'devTools',
  'v8CacheOptions',
]);

/** Throws for an option that the simulation does not know, and for one that gives a page more than it shows. */
export function checkOptions({ webPreferences = {}, ...options }: BrowserWindowConstructorOptions): void {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.has(name))
      throw new Error(`The simulated Electron does not know the window option ${name}.`);
  }
  for (const [name, value] of Object.entries(webPreferences)) {
    const fixed = FIXED[name];
    if (fixed !== undefined && value !== fixed) {
      throw new Error(
        `The simulated Electron shows sandboxed, isolated pages alone; ${name} is ${String(value)}.`,
      );
    }
    if (fixed === undefined && !OTHER_PREFERENCES.has(name)) {
      throw new Error(`The simulated Electron does not know the web preference ${name}.`);
    }
  }
}
