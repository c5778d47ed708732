import type {
  Clipboard,
  CrashReporter,
  CrashReporterStartOptions,
  Display,
  NativeTheme,
  PowerMonitor,
  SafeStorage,
  Screen,
  Shell,
} from 'electron';
import { app } from './app.ts';
import { chromium, unawaited } from './chromium.ts';
import { ElectronEmitter, emitNatively, preventableEvent, strict } from './strict.ts';

/** docs/api/shell.md. Nothing is opened; the test is told what would have been. */
export const shell = strict('shell', {
  openExternal: (url) => chromium().record({ what: 'open-external', url }),
  async openPath(path) {
    await chromium().record({ what: 'open-path', path });
    return '';
  },
  showItemInFolder: (path) => unawaited(chromium().record({ what: 'show-item', path })),
  beep: () => undefined,
} satisfies Partial<Shell>);

const clipboardText = { text: '' };

/** docs/api/clipboard.md: that of the main process; a page has Chromium's. */
export const clipboard = strict('clipboard', {
  async writeText(text) {
    clipboardText.text = text;
    await chromium().record({ what: 'clipboard', text });
  },
  readText: async () => clipboardText.text,
} satisfies Partial<Clipboard>);

class SimulatedTheme
  extends ElectronEmitter
  implements Pick<NativeTheme, 'shouldUseDarkColors' | 'themeSource'>
{
  private source: NativeTheme['themeSource'] = 'system';
  private isSystemDark = false;

  constructor() {
    super('nativeTheme', ['updated']);
  }

  get shouldUseDarkColors(): boolean {
    return this.source === 'system' ? this.isSystemDark : this.source === 'dark';
  }

  get themeSource(): NativeTheme['themeSource'] {
    return this.source;
  }

  /** docs/api/native-theme.md: it overrides what `prefers-color-scheme` says, too. */
  set themeSource(source: NativeTheme['themeSource']) {
    if (!['system', 'light', 'dark'].includes(source)) throw new TypeError(`Unknown theme source ${source}.`);
    if (source === this.source) return;
    this.source = source;
    this.apply();
  }

  /** What a person changes in the settings of the system. */
  preferDark(isDark: boolean): void {
    if (isDark === this.isSystemDark) return;
    this.isSystemDark = isDark;
    if (this.source === 'system') this.apply();
  }

  private apply(): void {
    const scheme = this.shouldUseDarkColors ? 'dark' : 'light';
    unawaited(chromium().setColorScheme(this.source === 'system' && !this.isSystemDark ? null : scheme));
    emitNatively(this, 'updated', preventableEvent({}));
  }
}

export const nativeTheme = strict('nativeTheme', new SimulatedTheme());

const AREA = { x: 0, y: 0, width: 1920, height: 1080 } as const;
const DISPLAY = strict('display', {
  id: 1,
  bounds: AREA,
  size: AREA,
  workArea: AREA,
  workAreaSize: AREA,
  scaleFactor: 1,
} satisfies Partial<Display>) as unknown as Display;

class SimulatedScreen
  extends ElectronEmitter
  implements Pick<Screen, 'getAllDisplays' | 'getDisplayMatching' | 'getPrimaryDisplay'>
{
  constructor() {
    super('screen', ['display-added', 'display-removed', 'display-metrics-changed']);
  }

  getAllDisplays(): Display[] {
    return [this.getPrimaryDisplay()];
  }

  getDisplayMatching(): Display {
    return this.getPrimaryDisplay();
  }

  getPrimaryDisplay(): Display {
    if (!app.isReady()) throw new Error("The 'screen' module can't be used before the app 'ready' event");
    return DISPLAY;
  }
}

/** docs/api/screen.md: one display. */
export const screen = strict('screen', new SimulatedScreen());

class SimulatedPower extends ElectronEmitter implements Pick<PowerMonitor, 'isOnBatteryPower'> {
  constructor() {
    super('powerMonitor', ['suspend', 'resume', 'shutdown', 'lock-screen', 'unlock-screen']);
  }

  isOnBatteryPower(): boolean {
    return false;
  }
}

/** docs/api/power-monitor.md */
export const powerMonitor = strict('powerMonitor', new SimulatedPower());

const crashes: { options?: CrashReporterStartOptions } = {};

/** docs/api/crash-reporter.md */
export const crashReporter = strict('crashReporter', {
  start(options) {
    if (options.uploadToServer !== false && !options.submitURL) {
      throw new Error('submitURL must be specified when uploadToServer is true');
    }
    crashes.options = options;
  },
  getUploadToServer: () => crashes.options?.uploadToServer ?? true,
  getLastCrashReport: () => null,
  getUploadedReports: () => [],
} satisfies Partial<CrashReporter>);

/** docs/api/safe-storage.md, of a Linux without a keyring. */
export const safeStorage = strict('safeStorage', {
  isEncryptionAvailable: () => false,
} satisfies Partial<SafeStorage>);
