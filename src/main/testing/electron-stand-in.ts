import { EventEmitter } from 'node:events';
import type {
  App,
  BrowserWindowConstructorOptions,
  Clipboard,
  CrashReporter,
  Dialog,
  Display,
  Menu as ElectronMenu,
  IpcMain,
  IpcMainEvent,
  IpcMainInvokeEvent,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  MessageBoxReturnValue,
  NativeTheme,
  NotificationConstructorOptions,
  Protocol,
  Rectangle,
  Screen,
  Session,
  Shell,
  WebContents,
  WebFrameMain,
  WindowOpenHandlerResponse,
} from 'electron';
import { type Mock, vi } from 'vitest';

/**
 * Stands in for `electron` where its binary doesn't exist, for tests only. Each part has the type that electron.d.ts
 * gives it, so that it cannot drift from the real one unnoticed.
 */
export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  isReady: vi.fn<App['isReady']>(() => true),
  whenReady: vi.fn<App['whenReady']>(async () => undefined),
  quit: vi.fn<App['quit']>(),
  exit: vi.fn<App['exit']>(),
  relaunch: vi.fn<App['relaunch']>(),
  requestSingleInstanceLock: vi.fn<App['requestSingleInstanceLock']>(() => true),
  setPath: vi.fn<App['setPath']>(),
  setName: vi.fn<App['setName']>(),
  setAppUserModelId: vi.fn<App['setAppUserModelId']>(),
  setAboutPanelOptions: vi.fn<App['setAboutPanelOptions']>(),
});

export const protocol = {
  registerSchemesAsPrivileged: vi.fn<Protocol['registerSchemesAsPrivileged']>(),
  handle: vi.fn<Protocol['handle']>(),
} satisfies Partial<Protocol>;

export const ipcMain = {
  handle: vi.fn<IpcMain['handle']>(),
  on: vi.fn<IpcMain['on']>(),
} satisfies Partial<IpcMain>;

export const shell = {
  openExternal: vi.fn<Shell['openExternal']>(async () => undefined),
  showItemInFolder: vi.fn<Shell['showItemInFolder']>(),
} satisfies Partial<Shell>;

export const clipboard = {
  writeText: vi.fn<Clipboard['writeText']>(async () => undefined),
} satisfies Partial<Clipboard>;

export const crashReporter = { start: vi.fn<CrashReporter['start']>() } satisfies Partial<CrashReporter>;

type ShowMessageBox = (...args: readonly unknown[]) => Promise<MessageBoxReturnValue>;

/** Nobody answers a box: it is closed by its last button. */
export const dialog = {
  showOpenDialog: vi.fn<Dialog['showOpenDialog']>(async () => ({ canceled: true, filePaths: [] })),
  showMessageBox: vi.fn<ShowMessageBox>(async () => ({ response: 1, checkboxChecked: false })),
  showErrorBox: vi.fn<Dialog['showErrorBox']>(),
};

/** What the last message box asked. */
export function lastQuestion(): MessageBoxOptions {
  const options = dialog.showMessageBox.mock.lastCall?.at(-1);
  if (options === undefined) throw new Error('No message box was shown.');
  return options as MessageBoxOptions;
}

/** The next message box is answered with this button. */
export function answerNext(response: number, checkboxChecked = false): void {
  dialog.showMessageBox.mockResolvedValueOnce({ response, checkboxChecked });
}

/** Leaves the next message box open until the returned function is called with the button. */
export function holdNext(): (response: number) => void {
  const { promise, resolve } = Promise.withResolvers<MessageBoxReturnValue>();
  dialog.showMessageBox.mockReturnValueOnce(promise);
  return (response) => resolve({ response, checkboxChecked: false });
}

export const nativeTheme: Pick<NativeTheme, 'themeSource' | 'shouldUseDarkColors'> = {
  themeSource: 'system',
  shouldUseDarkColors: true,
};

const WORK_AREA: Rectangle = { x: 0, y: 0, width: 1920, height: 1080 };

export function display(id: number, workArea: Rectangle = WORK_AREA): Display {
  return { id, workArea } satisfies Partial<Display> as Display;
}

export const screen = {
  getAllDisplays: vi.fn<Screen['getAllDisplays']>(() => [display(1)]),
  getPrimaryDisplay: vi.fn<Screen['getPrimaryDisplay']>(() => display(1)),
} satisfies Partial<Screen>;

export const Menu = {
  buildFromTemplate: vi.fn<typeof ElectronMenu.buildFromTemplate>(),
  setApplicationMenu: vi.fn<typeof ElectronMenu.setApplicationMenu>(),
} satisfies Partial<typeof ElectronMenu>;

/** What the last menu was built from. */
export function lastMenu(): readonly MenuItemConstructorOptions[] {
  const [template = []] = Menu.buildFromTemplate.mock.lastCall ?? [];
  return template as readonly MenuItemConstructorOptions[];
}

/** Notes what each window was made with. */
export class BrowserWindow extends EventEmitter {
  static readonly made: BrowserWindow[] = [];
  static getAllWindows(): readonly BrowserWindow[] {
    return BrowserWindow.made;
  }
  static readonly getFocusedWindow: Mock<() => BrowserWindow | null> = vi.fn<() => BrowserWindow | null>(
    () => null,
  );

  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: Contents = createContents('app://slipway/');
  readonly show: Mock<() => void> = vi.fn<() => void>();
  readonly focus: Mock<() => void> = vi.fn<() => void>();
  readonly close: Mock<() => void> = vi.fn<() => void>();
  readonly restore: Mock<() => void> = vi.fn<() => void>();
  readonly maximize: Mock<() => void> = vi.fn<() => void>();
  readonly loadURL: Mock<(url: string) => Promise<void>> = vi.fn<(url: string) => Promise<void>>();
  bounds: Rectangle = { x: 10, y: 20, width: 900, height: 700 };
  mode: 'normal' | 'maximized' | 'full-screen' | 'minimized' = 'normal';
  isGone = false;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    BrowserWindow.made.push(this);
  }

  getNormalBounds(): Rectangle {
    return this.bounds;
  }
  isMaximized(): boolean {
    return this.mode === 'maximized';
  }
  isFullScreen(): boolean {
    return this.mode === 'full-screen';
  }
  isMinimized(): boolean {
    return this.mode === 'minimized';
  }
  isDestroyed(): boolean {
    return this.isGone;
  }
}

/** Notes what each notification was made with. */
export class Notification extends EventEmitter {
  static readonly made: Notification[] = [];
  static readonly isSupported: Mock<() => boolean> = vi.fn<() => boolean>(() => true);

  readonly options: NotificationConstructorOptions;
  readonly show: Mock<() => void> = vi.fn<() => void>();

  constructor(options: NotificationConstructorOptions) {
    super();
    this.options = options;
    Notification.made.push(this);
  }
}

/** The page of a window at an address. */
export function createContents(url: string) {
  const mainFrame = { url } satisfies Partial<WebFrameMain> as WebFrameMain;
  return Object.assign(new EventEmitter(), {
    mainFrame,
    send: vi.fn<WebContents['send']>(),
    reload: vi.fn<WebContents['reload']>(),
    forcefullyCrashRenderer: vi.fn<WebContents['forcefullyCrashRenderer']>(),
    replaceMisspelling: vi.fn<WebContents['replaceMisspelling']>(),
    isDestroyed: vi.fn<WebContents['isDestroyed']>(() => false),
    setWindowOpenHandler: vi.fn<WebContents['setWindowOpenHandler']>(),
    session: {
      addWordToSpellCheckerDictionary: vi.fn<Session['addWordToSpellCheckerDictionary']>(() => true),
    },
  });
}
export type Contents = ReturnType<typeof createContents>;

/** The stand-in as code takes it that is written for the real one. */
export function asWebContents(contents: Contents): WebContents {
  return contents as unknown as WebContents;
}

/** An ipc event of a frame of that page; of its main frame, unless another is given. */
export function ipcEvent(
  contents: Contents,
  senderFrame: WebFrameMain | null = contents.mainFrame,
): IpcMainInvokeEvent & IpcMainEvent {
  return { sender: asWebContents(contents), senderFrame } as unknown as IpcMainInvokeEvent & IpcMainEvent;
}

/** The answer of a page's window-open handler to a link. */
export function openLink(contents: Contents, url: string): WindowOpenHandlerResponse | undefined {
  const handler = contents.setWindowOpenHandler.mock.lastCall?.[0];
  return handler?.({
    url,
    frameName: '',
    features: '',
    disposition: 'new-window',
    referrer: { url: '', policy: 'no-referrer' },
  });
}

export function createSession() {
  return {
    setPermissionRequestHandler: vi.fn<Session['setPermissionRequestHandler']>(),
    setPermissionCheckHandler: vi.fn<Session['setPermissionCheckHandler']>(),
  } satisfies Partial<Session>;
}

export const session = { defaultSession: createSession() };
