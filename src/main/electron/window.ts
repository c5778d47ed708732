import { BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_ORIGIN } from './app-origin.ts';
import { rememberBounds, windowBounds } from './window-bounds.ts';

/** What shows before the page has painted; the same grounds as those of the page. */
const GROUND = { light: '#ffffff', dark: '#16181d' } as const;

export interface WindowFiles {
  readonly preload: string;
  /** A PNG. macOS takes its icon from the package instead. */
  readonly icon: string;
  /** Where the window's place is remembered. */
  readonly dataFolder: string;
}

/**
 * Makes the window, hidden until its page has painted. The page runs sandboxed and isolated, and reaches nothing
 * but what the preload script gives it.
 */
export function createWindow({ preload, icon, dataFolder }: WindowFiles): BrowserWindow {
  const displays = screen.getAllDisplays().map((display) => display.workArea);
  const window = new BrowserWindow({
    ...windowBounds(dataFolder, displays),
    minWidth: 720,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light,
    title: 'Slipway',
    icon,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.on('close', () => rememberBounds(dataFolder, window.getNormalBounds()));
  return window;
}

/** Loads the page into its window. */
export function showPage(window: BrowserWindow): Promise<void> {
  return window.loadURL(`${APP_ORIGIN}/`);
}
