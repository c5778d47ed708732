import { readFileSync } from 'node:fs';
import type { BrowserWindowConstructorOptions, Rectangle, WebPreferences } from 'electron';
import type { MainHalf, WindowState } from '../contract.ts';
import { app, windowCloseCancelled, windowList, windowsAllClosed } from './app.ts';
import { chromium, unawaited } from './chromium.ts';
import { ElectronEmitter, emitNatively, emitPreventable, preventableEvent, strict } from './strict.ts';
import { SimulatedContents } from './web-contents.ts';

const EVENTS = [
  'blur',
  'close',
  'closed',
  'enter-full-screen',
  'focus',
  'hide',
  'leave-full-screen',
  'maximize',
  'minimize',
  'move',
  'moved',
  'ready-to-show',
  'resize',
  'resized',
  'responsive',
  'restore',
  'show',
  'unmaximize',
  'unresponsive',
  // Of Windows alone, and titles of pages, which stay with Chromium.
  'page-title-updated',
  'query-session-end',
  'session-end',
] as const;

/** What a page of the simulation is: sandboxed and isolated. */
const FIXED = { contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false } as const;

/** What makes no difference to a page in the simulation. */
const COSMETIC: ReadonlySet<string> = new Set([
  ...[
    'preload',
    'spellcheck',
    'devTools',
    'v8CacheOptions',
    'navigateOnDragDrop',
    'safeDialogs',
    'disableBlinkFeatures',
  ],
  ...['enableWebSQL', 'webSecurity', 'nodeIntegrationInSubFrames', 'nodeIntegrationInWorker'],
]);

const OPTIONS: ReadonlySet<string> = new Set([
  ...['width', 'height', 'x', 'y', 'minWidth', 'minHeight', 'show', 'fullscreen', 'title', 'webPreferences'],
  // These are only seen.
  ...['backgroundColor', 'icon', 'autoHideMenuBar', 'titleBarStyle', 'center'],
]);

/** "Object has been destroyed": what can still be asked of a closed window. */
const AFTER_DESTRUCTION: ReadonlySet<string> = new Set([
  'id',
  'isDestroyed',
  'checkEvent',
  'known',
  'part',
  'on',
  'once',
  'off',
  'emit',
  'removeListener',
  'removeAllListeners',
  'listenerCount',
]);

const windows = new Map<number, BrowserWindow>();
const counter = { last: 0 };

/** docs/api/browser-window.md. Nothing is drawn; what a person would see of the window is told by `state`. */
export class BrowserWindow
  extends ElectronEmitter
  implements
    Pick<
      Electron.BrowserWindow,
      | 'blur'
      | 'close'
      | 'destroy'
      | 'flashFrame'
      | 'focus'
      | 'getBounds'
      | 'getContentBounds'
      | 'getNormalBounds'
      | 'getSize'
      | 'getTitle'
      | 'hide'
      | 'id'
      | 'isDestroyed'
      | 'isFocused'
      | 'isFullScreen'
      | 'isMaximized'
      | 'isMinimized'
      | 'isVisible'
      | 'loadURL'
      | 'maximize'
      | 'minimize'
      | 'moveTop'
      | 'reload'
      | 'restore'
      | 'setBackgroundColor'
      | 'setBounds'
      | 'setFullScreen'
      | 'setMenuBarVisibility'
      | 'setProgressBar'
      | 'setTitle'
      | 'show'
      | 'showInactive'
      | 'unmaximize'
    >
{
  readonly id: number;
  readonly webContents: SimulatedContents;
  private normal: Rectangle;
  private isShown: boolean;
  private hasFocus = false;
  private placement: 'normal' | 'minimized' | 'maximized' | 'full-screen';
  private before: 'normal' | 'maximized' | 'full-screen' = 'normal';
  private title: string;
  private progress = -1;
  private isGone = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super('BrowserWindow', EVENTS);
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    checkOptions(options);
    counter.last += 1;
    this.id = counter.last;
    const { width = 800, height = 600, x = 100, y = 100, show = true } = options;
    this.normal = { x, y, width, height };
    this.isShown = false;
    this.placement = options.fullscreen === true ? 'full-screen' : 'normal';
    this.title = options.title ?? app.getName();
    const preload = options.webPreferences?.preload;
    const contents = new SimulatedContents(this.id, {
      preload: preload === undefined ? undefined : { path: preload, source: readFileSync(preload, 'utf8') },
      width,
      height,
    });
    this.webContents = strict('webContents', contents);
    const window = whileAlive(strict('BrowserWindow', this));
    windows.set(this.id, window);
    windowList.add(window);
    // Of the order of BrowserWindow.prototype._init in lib/browser/api/browser-window.ts.
    emitNatively(app, 'web-contents-created', preventableEvent({}), this.webContents);
    emitNatively(app, 'browser-window-created', preventableEvent({}), window);
    if (show) window.show();
    // biome-ignore lint/correctness/noConstructorReturn: the app gets the window that refuses what is unknown.
    return window;
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows.values()];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return [...windows.values()].find((window) => window.isFocused()) ?? null;
  }

  static fromId(id: number): BrowserWindow | null {
    return windows.get(id) ?? null;
  }

  static fromWebContents(contents: SimulatedContents): BrowserWindow | null {
    return windows.get(contents.id) ?? null;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  reload(): void {
    this.webContents.reload();
  }

  show(): void {
    this.showInactive();
    this.focus();
  }

  showInactive(): void {
    if (this.isShown) return;
    this.isShown = true;
    this.tell('show');
  }

  hide(): void {
    if (!this.isShown) return;
    this.blur();
    this.isShown = false;
    this.tell('hide');
  }

  focus(): void {
    if (this.hasFocus || !this.isShown) return;
    this.hasFocus = true;
    this.tell('focus');
    emitNatively(app, 'browser-window-focus', preventableEvent({}), this);
  }

  blur(): void {
    if (!this.hasFocus) return;
    this.hasFocus = false;
    this.tell('blur');
    emitNatively(app, 'browser-window-blur', preventableEvent({}), this);
  }

  minimize(): void {
    if (this.placement === 'minimized') return;
    this.before = this.placement;
    this.placement = 'minimized';
    this.blur();
    this.tell('minimize');
  }

  restore(): void {
    if (this.placement !== 'minimized') return;
    this.placement = this.before;
    this.tell('restore');
  }

  maximize(): void {
    if (this.placement === 'maximized') return;
    this.placement = 'maximized';
    // docs: "Maximizes the window. This will also show (but not focus) the window if it isn't being displayed already."
    this.showInactive();
    this.tell('maximize');
  }

  unmaximize(): void {
    if (this.placement !== 'maximized') return;
    this.placement = 'normal';
    this.tell('unmaximize');
  }

  setFullScreen(isFullScreen: boolean): void {
    if (isFullScreen === this.isFullScreen()) return;
    this.placement = isFullScreen ? 'full-screen' : 'normal';
    this.tell(isFullScreen ? 'enter-full-screen' : 'leave-full-screen');
  }

  /** "Emitted before the `beforeunload` and `unload` event of the DOM"; shell/browser/api/electron_api_base_window.cc. */
  close(): void {
    if (this.isGone) return;
    if (emitPreventable(this, 'close')) {
      windowCloseCancelled();
      return;
    }
    unawaited(
      chromium()
        .closePage(this.id, true)
        .then((isClosed) => {
          if (isClosed) this.gone();
          else windowCloseCancelled();
        }),
    );
  }

  /** "Force closing the window, the `unload` and `beforeunload` event won't be emitted … `close` event will also not". */
  destroy(): void {
    unawaited(chromium().closePage(this.id, false));
    this.gone();
  }

  /** The page is closed, and the window with it. */
  gone(): void {
    if (this.isGone) return;
    this.webContents.destroyed();
    this.isGone = true;
    const window = windows.get(this.id);
    windows.delete(this.id);
    emitNatively(this, 'closed', preventableEvent({}));
    if (window !== undefined) windowList.delete(window);
    if (windowList.size === 0) windowsAllClosed();
  }

  isDestroyed(): boolean {
    return this.isGone;
  }

  isVisible(): boolean {
    return this.isShown;
  }

  isFocused(): boolean {
    return this.hasFocus;
  }

  isMinimized(): boolean {
    return this.placement === 'minimized';
  }

  isMaximized(): boolean {
    return this.placement === 'maximized';
  }

  isFullScreen(): boolean {
    return this.placement === 'full-screen';
  }

  /** "Regardless of the current state of the window: maximized, minimized or in fullscreen". */
  getNormalBounds(): Rectangle {
    return { ...this.normal };
  }

  getBounds(): Rectangle {
    return { ...this.normal };
  }

  getContentBounds(): Rectangle {
    return { ...this.normal };
  }

  getSize(): number[] {
    return [this.normal.width, this.normal.height];
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.normal = { ...this.normal, ...bounds };
    unawaited(chromium().resize(this.id, this.normal.width, this.normal.height));
    this.tell('move');
    this.tell('resize');
  }

  getTitle(): string {
    return this.title;
  }

  setTitle(title: string): void {
    this.title = title;
  }

  setProgressBar(progress: number): void {
    this.progress = progress;
  }

  flashFrame(): void {}
  moveTop(): void {}
  setBackgroundColor(): void {}
  setMenuBarVisibility(): void {}

  /** What a person sees of it. */
  state(): WindowState {
    return {
      isVisible: this.isShown,
      isMinimized: this.isMinimized(),
      isMaximized: this.isMaximized(),
      isFullScreen: this.isFullScreen(),
      isFocused: this.hasFocus,
      bounds: { ...this.normal },
      title: this.title,
      url: this.webContents.getURL(),
      progress: this.progress,
    };
  }

  reachLoadState(state: Parameters<MainHalf['reachLoadState']>[1]): void {
    this.webContents.reachLoadState(state);
    if (state !== 'ready-to-show') return;
    this.tell('ready-to-show');
    unawaited(chromium().record({ what: 'ready-to-show' }));
  }

  private tell(name: (typeof EVENTS)[number]): void {
    emitNatively(this, name, preventableEvent({}));
  }
}

/** The window of a number. Throws when it is closed. */
export function windowOf(id: number): BrowserWindow {
  const window = windows.get(id);
  if (window === undefined) throw new Error(`The simulated Electron has no window ${id}.`);
  return window;
}

function checkOptions({ webPreferences = {}, ...options }: BrowserWindowConstructorOptions): void {
  const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (unknown !== undefined)
    throw new Error(`The simulated Electron does not know the window option ${unknown}.`);
  checkPreferences(webPreferences);
}

function checkPreferences(preferences: WebPreferences): void {
  for (const [name, value] of Object.entries(preferences)) {
    const fixed = Object.entries(FIXED).find(([each]) => each === name)?.[1];
    if (fixed !== undefined && value !== fixed) {
      throw new Error(
        `The simulated Electron shows sandboxed, isolated pages alone; ${name} is ${String(value)}.`,
      );
    }
    if (fixed === undefined && !COSMETIC.has(name)) {
      throw new Error(`The simulated Electron does not know the web preference ${name}.`);
    }
  }
}

/** gin_helper/trackable_object.h: the methods of what was destroyed throw. */
function whileAlive(window: BrowserWindow): BrowserWindow {
  return new Proxy(window, {
    get(target, property, receiver): unknown {
      const value: unknown = Reflect.get(target, property, receiver);
      const isGone = typeof property === 'string' && Reflect.get(target, 'isGone') === true;
      if (!isGone || AFTER_DESTRUCTION.has(property) || property.startsWith('_') || property === 'isGone')
        return value;
      throw new TypeError('Object has been destroyed');
    },
  });
}
