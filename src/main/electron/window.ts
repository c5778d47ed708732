import { BrowserWindow, nativeTheme, type Rectangle, screen } from 'electron';
import { APP_ORIGIN } from './app-origin.ts';
import type { DesktopState, WindowPlace } from './desktop-state.ts';

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
  window.on('close', () => state.remember({ window: placeOf(window) }));
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

function placeOf(window: BrowserWindow): WindowPlace {
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

const FIRST_SIZE = { width: 1360, height: 860 } as const;
const LEAST_SIZE = { width: 720, height: 480 } as const;

/** How much of a window must lie on a display for its title bar to be caught with the mouse. */
const LEAST_VISIBLE = 100;

interface WindowFrame extends Partial<Pick<Rectangle, 'x' | 'y'>> {
  readonly width: number;
  readonly height: number;
  readonly minWidth: number;
  readonly minHeight: number;
}

/**
 * Where a window opens: where it was last, if that is still on a display; otherwise the system chooses a place on the
 * first one. Neither the window nor its least size is larger than the display.
 *
 * @param displays the work areas, that of the primary display first
 */
function windowFrame(last: WindowPlace | undefined, displays: readonly Rectangle[]): WindowFrame {
  const display = last && displays.find((each) => isReachable(last, each));
  if (last !== undefined && display !== undefined) {
    return { x: last.x, y: last.y, ...sizesWithin(display, last) };
  }
  return sizesWithin(displays[0] ?? FIRST_SIZE, last ?? FIRST_SIZE);
}

type Size = Pick<Rectangle, 'width' | 'height'>;

function sizesWithin(display: Size, wanted: Size): Omit<WindowFrame, 'x' | 'y'> {
  const minWidth = Math.min(LEAST_SIZE.width, display.width);
  const minHeight = Math.min(LEAST_SIZE.height, display.height);
  return {
    width: Math.max(minWidth, Math.min(wanted.width, display.width)),
    height: Math.max(minHeight, Math.min(wanted.height, display.height)),
    minWidth,
    minHeight,
  };
}

function isReachable(window: Rectangle, display: Rectangle): boolean {
  const width = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x);
  const isTitleInside = window.y >= display.y && window.y < display.y + display.height - LEAST_VISIBLE;
  return width >= LEAST_VISIBLE && isTitleInside;
}
