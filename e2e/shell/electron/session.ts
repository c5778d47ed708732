import { app } from './app.ts';
import { chromium } from './chromium.ts';
import { protocol } from './protocol.ts';
import { ElectronEmitter, strict } from './strict.ts';
import type { SimulatedContents } from './web-contents.ts';

type PermissionRequest = NonNullable<Parameters<Electron.Session['setPermissionRequestHandler']>[0]>;
type PermissionCheck = NonNullable<Parameters<Electron.Session['setPermissionCheckHandler']>[0]>;

/** Electron's name of a permission, and Chromium's in the DevTools protocol. */
const PERMISSIONS = [
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-sanitized-write', 'clipboard-write'],
  ['geolocation', 'geolocation'],
  ['media', 'camera'],
  ['media', 'microphone'],
  ['midi', 'midi'],
  ['notifications', 'notifications'],
] as const;

const EVENTS = ['will-download', 'preconnect', 'spellcheck-dictionary-download-failure'] as const;

/** docs/api/session.md: the default session, which is the only one. */
export class SimulatedSession
  extends ElectronEmitter
  implements
    Pick<
      Electron.Session,
      | 'addWordToSpellCheckerDictionary'
      | 'resolveProxy'
      | 'setCodeCachePath'
      | 'setDevicePermissionHandler'
      | 'setDisplayMediaRequestHandler'
      | 'setPermissionCheckHandler'
      | 'setPermissionRequestHandler'
      | 'setProxy'
      | 'setSpellCheckerEnabled'
      | 'setSpellCheckerLanguages'
    >
{
  readonly protocol = protocol;
  private requestHandler: PermissionRequest | undefined;
  private checkHandler: PermissionCheck | undefined;
  private proxyRules = '';

  constructor() {
    super('session', EVENTS);
  }

  setPermissionRequestHandler(handler: PermissionRequest | null): void {
    this.requestHandler = handler ?? undefined;
  }

  setPermissionCheckHandler(handler: PermissionCheck | null): void {
    this.checkHandler = handler ?? undefined;
  }

  /** The answer of a machine without a proxy, or of the rules that were set. */
  async resolveProxy(): Promise<string> {
    return this.proxyRules === '' ? 'DIRECT' : `PROXY ${this.proxyRules}`;
  }

  async setProxy(config: Electron.ProxyConfig): Promise<void> {
    this.proxyRules = config.proxyRules ?? '';
  }

  /** Answers false: there is no dictionary, and no word is misspelled. */
  addWordToSpellCheckerDictionary(): boolean {
    return false;
  }

  setCodeCachePath(): void {}
  setDevicePermissionHandler(): void {}
  setDisplayMediaRequestHandler(): void {}
  setSpellCheckerEnabled(): void {}
  setSpellCheckerLanguages(): void {}

  /**
   * Gives a page what the handlers grant it. Chromium is told before the page loads, since the DevTools protocol cannot
   * ask when the page does. Without a handler Electron grants everything (docs/tutorial/security.md, 5).
   */
  async applyPermissions(contents: SimulatedContents, url: string): Promise<void> {
    const { protocol: scheme, host } = new URL(url);
    const origin = `${scheme}//${host}/`;
    const granted: string[] = [];
    for (const [permission, name] of PERMISSIONS) {
      const isChecked = this.isChecked(contents, permission, origin);
      if (isChecked && (await this.isGranted(contents, permission, origin))) granted.push(name);
    }
    await chromium().grantPermissions(origin, granted);
  }

  private isChecked(
    contents: SimulatedContents,
    permission: (typeof PERMISSIONS)[number][0],
    origin: string,
  ): boolean {
    const details = { isMainFrame: true, requestingUrl: origin, securityOrigin: origin };
    return this.checkHandler?.(contents.asElectron(), permission, origin, details) ?? true;
  }

  private isGranted(
    contents: SimulatedContents,
    permission: (typeof PERMISSIONS)[number][0],
    origin: string,
  ): Promise<boolean> {
    const handler = this.requestHandler;
    if (handler === undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      handler(contents.asElectron(), permission, resolve, { isMainFrame: true, requestingUrl: origin });
    });
  }
}

export const theSession = strict('session', new SimulatedSession());

/** shell/browser/api/electron_api_session.cc */
export const session = strict('session', {
  get defaultSession(): Electron.Session {
    if (!app.isReady()) throw new TypeError('Session can only be received when app is ready');
    return theSession as unknown as Electron.Session;
  },
} satisfies Partial<typeof Electron.session>);
