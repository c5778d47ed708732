import type { Rectangle } from 'electron';

/**
 * What the two processes of the simulated shell ask of each other. The main process is a Node child that runs the
 * built entry with the simulated `electron` module; the Chromium half is the process of the test, whose Playwright
 * drives a real Chromium.
 */

export interface WindowOptions {
  /** Path and text of the preload script. */
  readonly preload: { readonly path: string; readonly source: string } | undefined;
  readonly width: number;
  readonly height: number;
}

/** A message of a page, or the error that Electron answers for it. */
export type InvokeOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };

/** What was shown or done outside of the page, for tests to look at. */
export type Recorded =
  | { readonly what: 'about-panel' }
  | { readonly what: 'clipboard'; readonly text: string }
  | { readonly what: 'developer-tools' }
  | { readonly what: 'edit-command'; readonly command: string }
  | { readonly what: 'error-box'; readonly title: string; readonly content: string }
  | { readonly what: 'notification'; readonly id: number; readonly title: string; readonly body: string }
  | { readonly what: 'open-external'; readonly url: string }
  | { readonly what: 'open-path'; readonly path: string }
  | { readonly what: 'popup-menu'; readonly items: readonly MenuEntry[] }
  | { readonly what: 'ready-to-show' }
  | { readonly what: 'replace-misspelling'; readonly word: string }
  | { readonly what: 'relaunch'; readonly args: readonly string[] }
  | { readonly what: 'show-item'; readonly path: string };

/** An item of a menu as a person sees it. */
export interface MenuEntry {
  readonly label: string;
  readonly type: string;
  readonly role: string | undefined;
  readonly accelerator: string | undefined;
  readonly enabled: boolean;
  readonly visible: boolean;
  readonly items: readonly MenuEntry[];
}

export interface DialogRequest {
  readonly id: number;
  readonly kind: 'open' | 'save' | 'message';
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a person does with a dialog: picks files, presses a button by its number, or closes it. */
export type DialogAnswer =
  | { readonly filePaths: readonly string[] }
  | { readonly button: number; readonly isChecked?: boolean }
  | 'closed';

/** Asked by the main process. */
export interface ChromiumHalf {
  openPage(contents: number, options: WindowOptions): Promise<void>;
  /** Resolves after the load event; rejects with `ERR_NAME` of Chromium. */
  load(contents: number, url: string): Promise<void>;
  reload(contents: number): Promise<void>;
  /** Answers false when the page's `beforeunload` handler objects. */
  closePage(contents: number, runBeforeUnload: boolean): Promise<boolean>;
  crashPage(contents: number): Promise<void>;
  evaluate(contents: number, code: string): Promise<unknown>;
  /** Sends to the page's `ipcRenderer`. Nothing happens when the page that it was meant for is gone. */
  deliver(contents: number, channel: string, args: readonly unknown[]): Promise<void>;
  resize(contents: number, width: number, height: number): Promise<void>;
  setColorScheme(scheme: 'light' | 'dark' | null): Promise<void>;
  /** Names of Chromium's permissions that pages of an origin have from here on; they have no other one. */
  grantPermissions(origin: string, names: readonly string[]): Promise<void>;
  record(recorded: Recorded): void;
  /** Answers once the test does. */
  openDialog(request: DialogRequest): Promise<DialogAnswer>;
  /** Closes a dialog without a person. */
  closeDialog(id: number): void;
}

export interface NavigationStart {
  readonly url: string;
  readonly isMainFrame: boolean;
  readonly isRendererInitiated: boolean;
}

export interface PageRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** Made by `fetch` or XMLHttpRequest. */
  readonly isFetch: boolean;
}

export type PageResponse =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | 'failed';

export interface WindowOpening {
  readonly url: string;
  readonly frameName: string;
  readonly features: string;
  readonly disposition: 'default' | 'foreground-tab' | 'background-tab' | 'new-window' | 'other';
}

/** The frame that a message says to come from. */
export interface Sender {
  readonly isMainFrame: boolean;
  /** As it is shown now, where it is not given. */
  readonly url: string | undefined;
}

export interface WindowState {
  readonly isVisible: boolean;
  readonly isMinimized: boolean;
  readonly isMaximized: boolean;
  readonly isFullScreen: boolean;
  readonly isFocused: boolean;
  readonly bounds: Rectangle;
  readonly title: string;
  readonly url: string;
  readonly progress: number;
}

export interface MainState {
  readonly isEvaluated: boolean;
  readonly isReady: boolean;
  readonly name: string;
  readonly windows: readonly WindowState[];
  readonly menu: readonly MenuEntry[];
  readonly themeSource: string;
}

/** What a person, or the system, does. */
export type Act =
  | { readonly act: 'activate' }
  | { readonly act: 'blur-window' }
  | { readonly act: 'click-menu'; readonly path: readonly string[] }
  | { readonly act: 'click-popup'; readonly label: string }
  | { readonly act: 'click-notification'; readonly id: number }
  | { readonly act: 'close-window' }
  | { readonly act: 'focus-window' }
  | { readonly act: 'maximize-window' }
  | { readonly act: 'minimize-window' }
  | { readonly act: 'move-window'; readonly bounds: Rectangle }
  | { readonly act: 'prepare-answer'; readonly answer: DialogAnswer }
  | { readonly act: 'prefer-dark'; readonly isDark: boolean }
  | { readonly act: 'quit' }
  | { readonly act: 'responsive' }
  | { readonly act: 'suspend' | 'resume' }
  | { readonly act: 'unresponsive' };

/** Asked by the Chromium half. */
export interface MainHalf {
  state(): MainState;
  act(act: Act): void | Promise<void>;
  /** Emits what precedes a navigation; answers whether it was prevented. */
  startNavigation(contents: number, navigation: NavigationStart): boolean;
  finishNavigation(contents: number, url: string, status: number, isMainFrame: boolean): void;
  navigateInPage(contents: number, url: string, isMainFrame: boolean): void;
  failNavigation(contents: number, url: string, error: string, isMainFrame: boolean): void;
  reachLoadState(contents: number, state: 'dom-ready' | 'did-finish-load' | 'ready-to-show'): void;
  showContextMenu(contents: number, params: Readonly<Record<string, unknown>>): void;
  failPreload(contents: number, path: string, message: string): void;
  pageCrashed(contents: number): void;
  pageClosed(contents: number): void;
  /** The page's `beforeunload` handler objects; answers whether it is overruled. */
  preventUnload(contents: number): boolean;
  answerRequest(contents: number, request: PageRequest): Promise<PageResponse>;
  openWindow(contents: number, opening: WindowOpening): void;
  receive(contents: number, sender: Sender, channel: string, args: readonly unknown[]): void;
  invoke(contents: number, sender: Sender, channel: string, args: readonly unknown[]): Promise<InvokeOutcome>;
}
