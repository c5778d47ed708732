import type { MainHalf, NavigationStart, Sender, WindowOpening, WindowOptions } from '../contract.ts';
import { app } from './app.ts';
import { chromium, unawaited } from './chromium.ts';
import { type SimulatedSession, theSession } from './session.ts';
import { ElectronEmitter, emitNatively, emitPreventable, preventableEvent, strict } from './strict.ts';

const EVENTS = [
  'context-menu',
  'destroyed',
  'did-create-window',
  'did-fail-load',
  'did-finish-load',
  'did-frame-navigate',
  'did-navigate',
  'did-navigate-in-page',
  'did-start-loading',
  'did-start-navigation',
  'did-stop-loading',
  'dom-ready',
  'preload-error',
  'render-process-gone',
  'responsive',
  'unresponsive',
  'will-frame-navigate',
  'will-navigate',
  'will-prevent-unload',
  // Not emitted: no handler redirects, no webview is attached, and titles and keys stay with Chromium.
  'before-input-event',
  'console-message',
  'did-redirect-navigation',
  'page-title-updated',
  'will-attach-webview',
  'will-redirect',
] as const;

/** Chromium's numbers of the errors that the simulation meets (net_error_list.h). */
const NET_ERRORS: Readonly<Record<string, number | undefined>> = { ERR_ABORTED: -3, ERR_FAILED: -2 };

type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0];

/** docs/api/web-contents.md */
export class SimulatedContents
  extends ElectronEmitter
  implements
    Pick<
      Electron.WebContents,
      | 'close'
      | 'copy'
      | 'cut'
      | 'delete'
      | 'executeJavaScript'
      | 'focus'
      | 'forcefullyCrashRenderer'
      | 'getURL'
      | 'getZoomLevel'
      | 'id'
      | 'isCrashed'
      | 'isDestroyed'
      | 'isLoading'
      | 'loadURL'
      | 'openDevTools'
      | 'paste'
      | 'redo'
      | 'reload'
      | 'replaceMisspelling'
      | 'selectAll'
      | 'send'
      | 'setWindowOpenHandler'
      | 'setZoomLevel'
      | 'toggleDevTools'
      | 'undo'
    >
{
  readonly id: number;
  readonly session: SimulatedSession = theSession;
  readonly mainFrame: { url: string; readonly routingId: number; readonly processId: number };
  zoomLevel = 0;
  private readonly opened: Promise<void>;
  private state: 'alive' | 'crashed' | 'destroyed' = 'alive';
  private isBusy = false;
  private finishedLoads = 0;
  private readonly onLoad: (() => void)[] = [];
  private openHandler: OpenHandler | undefined;

  constructor(id: number, options: WindowOptions) {
    super('webContents', EVENTS);
    this.id = id;
    this.mainFrame = strict('webFrameMain', { url: '', routingId: 1, processId: id });
    this.opened = chromium().openPage(id, options);
    unawaited(this.opened);
  }

  /** As code takes it that is written for the real one. */
  asElectron(): Electron.WebContents {
    return this as unknown as Electron.WebContents;
  }

  /** lib/browser/api/web-contents.ts: rejections that nobody handles are silenced. */
  loadURL(url: string): Promise<void> {
    const loaded = this.load(url);
    loaded.catch(() => undefined);
    return loaded;
  }

  private async load(url: string): Promise<void> {
    await this.opened;
    this.state = 'alive';
    await theSession.applyPermissions(this, url);
    const { finishedLoads } = this;
    try {
      await chromium().load(this.id, url);
      // "The promise will resolve when the page has finished loading (see did-finish-load)": docs/api/web-contents.md
      if (this.finishedLoads === finishedLoads)
        await new Promise<void>((resolve) => this.onLoad.push(resolve));
    } catch (error) {
      const name = error instanceof Error ? error.message : String(error);
      const errno = NET_ERRORS[name] ?? -2;
      throw Object.assign(new Error(`${name} (${errno}) loading '${url}'`), { errno, code: name, url });
    }
  }

  reload(): void {
    this.state = 'alive';
    unawaited(this.opened.then(() => chromium().reload(this.id)));
  }

  /** Structured clone; "Sending Functions, Promises, Symbols, WeakMaps, or WeakSets will throw an exception". */
  send(channel: string, ...args: readonly unknown[]): void {
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument');
    let copies: readonly unknown[];
    try {
      copies = structuredClone(args);
    } catch {
      throw new Error('Failed to serialize arguments');
    }
    unawaited(chromium().deliver(this.id, channel, copies));
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  executeJavaScript(code: string): Promise<unknown> {
    return chromium().evaluate(this.id, code);
  }

  forcefullyCrashRenderer(): void {
    unawaited(chromium().crashPage(this.id));
  }

  close(): void {
    unawaited(chromium().closePage(this.id, false));
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  isLoading(): boolean {
    return this.isBusy;
  }

  isCrashed(): boolean {
    return this.state === 'crashed';
  }

  isDestroyed(): boolean {
    return this.state === 'destroyed';
  }

  getZoomLevel(): number {
    return this.zoomLevel;
  }

  setZoomLevel(level: number): void {
    this.zoomLevel = level;
  }

  focus(): void {}

  replaceMisspelling(word: string): void {
    unawaited(chromium().record({ what: 'replace-misspelling', word }));
  }

  openDevTools(): void {
    unawaited(chromium().record({ what: 'developer-tools' }));
  }

  toggleDevTools(): void {
    this.openDevTools();
  }

  copy(): void {
    edit('copy');
  }
  cut(): void {
    edit('cut');
  }
  delete(): void {
    edit('delete');
  }
  paste(): void {
    edit('paste');
  }
  redo(): void {
    edit('redo');
  }
  selectAll(): void {
    edit('selectAll');
  }
  undo(): void {
    edit('undo');
  }

  /** The order of "Document Navigations" in docs/api/web-contents.md, and shell/browser/electron_navigation_throttle.cc. */
  startNavigation({ url, isMainFrame, isRendererInitiated }: NavigationStart): boolean {
    const frame = isMainFrame ? this.mainFrame : null;
    const details = { url, isSameDocument: false, isMainFrame, frame, initiator: frame };
    emitNatively(this, 'did-start-navigation', preventableEvent({ ...details }), url, false, isMainFrame);
    if (!isRendererInitiated) return false;
    if (emitPreventable(this, 'will-frame-navigate', { ...details })) return true;
    return isMainFrame && emitPreventable(this, 'will-navigate', { ...details }, url, false, isMainFrame);
  }

  finishNavigation(url: string, status: number, isMainFrame: boolean): void {
    if (isMainFrame) this.mainFrame.url = url;
    emitNatively(this, 'did-frame-navigate', preventableEvent({}), url, status, '', isMainFrame);
    if (!isMainFrame) return;
    emitNatively(this, 'did-navigate', preventableEvent({}), url, status, '');
    this.isBusy = true;
    emitNatively(this, 'did-start-loading', preventableEvent({}));
  }

  /** "In-page Navigation" of docs/api/web-contents.md. */
  navigateInPage(url: string, isMainFrame: boolean): void {
    const frame = isMainFrame ? this.mainFrame : null;
    const details = { url, isSameDocument: true, isMainFrame, frame, initiator: frame };
    emitNatively(this, 'did-start-navigation', preventableEvent(details), url, true, isMainFrame);
    if (isMainFrame) this.mainFrame.url = url;
    emitNatively(this, 'did-navigate-in-page', preventableEvent({}), url, isMainFrame);
  }

  failNavigation(url: string, error: string, isMainFrame: boolean): void {
    const code = NET_ERRORS[error] ?? -2;
    emitNatively(this, 'did-fail-load', preventableEvent({}), code, error, url, isMainFrame);
  }

  reachLoadState(state: Parameters<MainHalf['reachLoadState']>[1]): void {
    if (state === 'ready-to-show') return;
    emitNatively(this, state, preventableEvent({}));
    if (state !== 'did-finish-load') return;
    this.isBusy = false;
    emitNatively(this, 'did-stop-loading', preventableEvent({}));
    this.finishedLoads += 1;
    for (const resolve of this.onLoad.splice(0)) resolve();
  }

  /** `_callWindowOpenHandler` of lib/browser/api/web-contents.ts. */
  openWindow({ url, frameName, features, disposition }: WindowOpening): void {
    const referrer = { url: '', policy: 'strict-origin-when-cross-origin' as const };
    const answer = this.openHandler?.({ url, frameName, features, disposition, referrer });
    if (answer?.action === 'deny') return;
    throw new Error(`The simulated Electron opens no second window, and ${url} was not denied one.`);
  }

  /** docs/api/structures/render-process-gone-details.md */
  crash(): void {
    this.state = 'crashed';
    const details = { reason: 'crashed', exitCode: 5 };
    emitNatively(this, 'render-process-gone', preventableEvent({}), details);
    emitNatively(app, 'render-process-gone', preventableEvent({}), this, details);
  }

  destroyed(): void {
    this.state = 'destroyed';
    emitNatively(this, 'destroyed', preventableEvent({}));
  }

  /** The event of a message. A frame that is not the main one is one that somebody else controls. */
  ipcEvent({ isMainFrame, url }: Sender): Electron.IpcMainInvokeEvent & Electron.IpcMainEvent {
    const senderFrame =
      isMainFrame && url === undefined ? this.mainFrame : strict('webFrameMain', { url: url ?? '' });
    const event = { type: 'frame', sender: this, senderFrame, processId: this.id, frameId: 1 };
    return preventableEvent(event) as unknown as Electron.IpcMainInvokeEvent & Electron.IpcMainEvent;
  }
}

function edit(command: string): void {
  unawaited(chromium().record({ what: 'edit-command', command }));
}
