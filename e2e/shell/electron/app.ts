import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterTelling, chromium, unawaited } from './chromium.ts';
import { claimSingleInstance, type SecondStart, type SingleInstance } from './single-instance.ts';
import { ElectronEmitter, emitNatively, emitPreventable, preventableEvent, strict } from './strict.ts';

/** A window as the app's life knows it. */
interface ListedWindow {
  close(): void;
  destroy(): void;
}

/** The open windows: shell/browser/window_list.cc. */
export const windowList = new Set<ListedWindow>();

const EVENTS = [
  'activate',
  'before-quit',
  'browser-window-blur',
  'browser-window-created',
  'browser-window-focus',
  'child-process-gone',
  'quit',
  'ready',
  'render-process-gone',
  'second-instance',
  'web-contents-created',
  'will-finish-launching',
  'will-quit',
  'window-all-closed',
  // There are no accounts, certificates or files of the system here that could ask for them.
  'certificate-error',
  'login',
  'open-file',
  'open-url',
  'select-client-certificate',
] as const;

/** The state of shell/browser/browser.cc. */
interface Life {
  readonly ready: PromiseWithResolvers<void>;
  readonly shutDown: PromiseWithResolvers<void>;
  isReady: boolean;
  isQuitting: boolean;
  isExiting: boolean;
  isShutDown: boolean;
  canLeave: boolean;
  exitCode: number;
}

const life: Life = {
  ready: Promise.withResolvers<void>(),
  shutDown: Promise.withResolvers<void>(),
  isReady: false,
  isQuitting: false,
  isExiting: false,
  isShutDown: false,
  canLeave: false,
  exitCode: 0,
};
const facts = { name: 'Electron', version: '0.0.0', folder: '.' };
const paths = new Map<string, string>();
const lock: { instance?: SingleInstance } = {};
const realExit = process.exit.bind(process);

/** docs/api/app.md. What it does at the end of its life is that of shell/browser/browser.cc. */
class SimulatedApp
  extends ElectronEmitter
  implements
    Pick<
      Electron.App,
      | 'clearRecentDocuments'
      | 'exit'
      | 'focus'
      | 'getAppPath'
      | 'getLocale'
      | 'getName'
      | 'getPath'
      | 'getSystemLocale'
      | 'getVersion'
      | 'hasSingleInstanceLock'
      | 'isPackaged'
      | 'isReady'
      | 'name'
      | 'quit'
      | 'relaunch'
      | 'releaseSingleInstanceLock'
      | 'requestSingleInstanceLock'
      | 'setAboutPanelOptions'
      | 'setAppUserModelId'
      | 'setName'
      | 'setPath'
      | 'showAboutPanel'
      | 'whenReady'
    >
{
  /** `process.defaultApp` is set by the default app alone, so an app of a folder is not packaged. */
  readonly isPackaged = false;
  readonly dock = undefined;
  readonly commandLine = strict('app.commandLine', {
    appendSwitch: () => undefined,
    hasSwitch: (name) => process.argv.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)),
  } satisfies Partial<Electron.CommandLine>);

  constructor() {
    super('app', EVENTS);
  }

  get name(): string {
    return facts.name;
  }

  set name(name: string) {
    facts.name = name;
  }

  getName(): string {
    return facts.name;
  }

  setName(name: string): void {
    facts.name = name;
  }

  getVersion(): string {
    return facts.version;
  }

  getAppPath(): string {
    return facts.folder;
  }

  getLocale(): string {
    return 'en-US';
  }

  getSystemLocale(): string {
    return 'en-US';
  }

  isReady(): boolean {
    return life.isReady;
  }

  whenReady(): Promise<void> {
    return life.ready.promise;
  }

  /** Names that the system gives, and `userData` below `appData` until it is set. */
  getPath(name: string): string {
    const known = paths.get(name);
    if (known !== undefined) return known;
    const appData = process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
    const found: Readonly<Record<string, string | undefined>> = {
      appData,
      crashDumps: join(this.userData(appData), 'Crashpad'),
      desktop: join(homedir(), 'Desktop'),
      documents: join(homedir(), 'Documents'),
      downloads: join(homedir(), 'Downloads'),
      exe: process.execPath,
      home: homedir(),
      logs: join(this.userData(appData), 'logs'),
      sessionData: this.userData(appData),
      temp: tmpdir(),
      userData: this.userData(appData),
    };
    const path = found[name];
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  private userData(appData: string): string {
    return paths.get('userData') ?? join(appData, facts.name);
  }

  /** App::SetPath of shell/browser/api/electron_api_app.cc. */
  setPath(name: string, path: string): void {
    if (!isAbsolute(path)) throw new Error('Path must be absolute');
    paths.set(name, path);
  }

  requestSingleInstanceLock(additionalData?: Record<string, unknown>): boolean {
    if (lock.instance !== undefined) return true;
    const start = { argv: process.argv, cwd: process.cwd(), data: additionalData };
    const instance = claimSingleInstance(this.getPath('userData'), start, secondStart);
    if (instance === undefined) return false;
    lock.instance = instance;
    return true;
  }

  hasSingleInstanceLock(): boolean {
    return lock.instance !== undefined;
  }

  releaseSingleInstanceLock(): void {
    lock.instance?.release();
    delete lock.instance;
  }

  /** Browser::Quit */
  quit(): void {
    if (life.isQuitting) return;
    life.isQuitting = !emitPreventable(app, 'before-quit');
    if (!life.isQuitting) return;
    if (windowList.size === 0) notifyAndShutDown();
    else for (const window of windowList) window.close();
  }

  /** Browser::ExitWithCode. Before the message loop runs, the process ends at once. */
  exit(code = 0): void {
    life.exitCode = code;
    if (!life.canLeave) {
      leave();
      return;
    }
    life.isQuitting = true;
    life.isExiting = true;
    if (windowList.size === 0) shutDown();
    else for (const window of windowList) window.destroy();
  }

  relaunch(options: Electron.RelaunchOptions = {}): void {
    const args = options.args ?? process.argv.slice(1);
    unawaited(chromium().record({ what: 'relaunch', args }));
  }

  focus(): void {
    emitNatively(app, 'activate', preventableEvent({}), windowList.size > 0);
  }

  showAboutPanel(): void {
    unawaited(chromium().record({ what: 'about-panel' }));
  }

  setAboutPanelOptions(): void {}
  setAppUserModelId(): void {}
  clearRecentDocuments(): void {}
}

export const app = strict('app', new SimulatedApp());

/** Before anything of the app runs: lib/browser/init.ts reads its package.json. */
export function describeApp(folder: string, name: string, version: string): void {
  Object.assign(facts, { folder, name, version });
}

/** Browser::DidFinishLaunching, called by init.ts once the entry was evaluated, and never before. */
export function finishLaunching(): void {
  emitNatively(app, 'will-finish-launching');
  life.isReady = true;
  life.ready.resolve();
  emitNatively(app, 'ready', preventableEvent({}), {});
  life.canLeave = true;
  // Browser::SetMainMessageLoopQuitClosure: what quit before the loop ran ends now.
  if (life.isShutDown) leave();
}

/** Resolves when the app shuts down, which it may before it is ready. */
export const shutDownOfApp: Promise<void> = life.shutDown.promise;

/** Browser::OnWindowAllClosed */
export function windowsAllClosed(): void {
  if (life.isExiting) {
    shutDown();
    return;
  }
  if (life.isQuitting) {
    notifyAndShutDown();
    return;
  }
  // lib/browser/init.ts: quit when nobody listens.
  if (app.listenerCount('window-all-closed') === 0) app.quit();
  else emitNatively(app, 'window-all-closed');
}

/** Browser::OnWindowCloseCancelled */
export function windowCloseCancelled(): void {
  life.isQuitting = false;
}

/** Browser::NotifyAndShutdown */
function notifyAndShutDown(): void {
  if (life.isShutDown) return;
  if (emitPreventable(app, 'will-quit')) {
    life.isQuitting = false;
    return;
  }
  shutDown();
}

/** Browser::Shutdown */
function shutDown(): void {
  if (life.isShutDown) return;
  life.isShutDown = true;
  life.isQuitting = true;
  life.shutDown.resolve();
  emitNatively(app, 'quit', preventableEvent({}), life.exitCode);
  if (life.canLeave) leave();
}

/** Ends the process, after what was told to the test has left it. */
function leave(): void {
  app.releaseSingleInstanceLock();
  afterTelling(() => realExit(life.exitCode));
}

/** "Guaranteed to be emitted after the ready event of app gets emitted." */
function secondStart({ argv, cwd, data }: SecondStart): void {
  const emit = (): void => emitNatively(app, 'second-instance', preventableEvent({}), argv, cwd, data);
  if (life.isReady) emit();
  else app.once('ready', emit);
}
