import { BrowserWindow, nativeTheme, type Rectangle, screen } from 'electron';
import { APP_ORIGIN } from './app-origin.ts';
import type { DesktopState, WindowPlace } from './desktop-state.ts';
import { windowFrame } from './window-place.ts';

/** What shows before the page has painted; the same grounds as those of the page. */
const GROUND = { light: '#ffffff', dark: '#16181d' } as const;

export interface WindowFiles {
  readonly preload: string;
  /** A PNG. macOS takes its icon from the package instead. */
  readonly icon: string;
}

/**
 * Makes the window, hidden until its page has painted, where it was closed last. The page runs sandboxed and isolated,
 * and reaches nothing but what the preload script gives it.
 */
export function createWindow({ preload, icon }: WindowFiles, state: DesktopState): BrowserWindow {
  const last = state.read().window;
  const window = new BrowserWindow({
    ...windowFrame(last, workAreas()),
    fullscreen: last?.mode === 'full-screen',
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
      // Only macOS has a spell checker of its own; elsewhere Chromium would fetch dictionaries from a server of Google
      // (https://www.electronjs.org/docs/latest/tutorial/spellchecker).
      spellcheck: process.platform === 'darwin',
    },
  });
  window.once('ready-to-show', () => {
    // Maximising shows a window that is hidden, so it waits until there is something to show.
    if (last?.mode === 'maximized') window.maximize();
    window.show();
  });
  window.on('close', () => state.remember({ window: serviceLabel(window) }));
  return window;
}

/** Loads the page into its window. Rejects when that fails, unless the window was closed or reloaded meanwhile. */
export async function showPage(window: BrowserWindow): Promise<void> {
  try {
    await window.loadURL(`${APP_ORIGIN}/`);
  } catch (error) {
    if (!window.isDestroyed() && !isAborted(error)) throw error;
  }
}

/** Brings the window to the front; answers false where there is none, such as on macOS after it was closed. */
export function showOpenWindow(): boolean {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) return false;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
  return true;
}

function workAreas(): readonly Rectangle[] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}

function serviceLabel(window: BrowserWindow): WindowPlace {
  const { x, y, width, height } = window.getNormalBounds();
  return { x, y, width, height, mode: modeOf(window) };
}

function modeOf(window: BrowserWindow): WindowPlace['mode'] {
  if (window.isFullScreen()) return 'full-screen';
  return window.isMaximized() ? 'maximized' : 'normal';
}

/** Electron gives the code of Chromium's net error; ERR_ABORTED means that another load has taken its place. */
function isAborted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_ABORTED';
}
