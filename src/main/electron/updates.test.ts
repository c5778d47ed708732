import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dialog } from 'electron';
import type { UpdateCheckResult, UpdateInfo } from 'electron-updater';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { eventually } from '../../shared/testing/eventually.ts';
import * as standIn from '../testing/electron-stand-in.ts';
import { createUpdateOffer, type UpdatePorts, type UpdateQuestion, type Updater } from './update-offer.ts';
import { askNatively, offerUpdates } from './updates.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const NEWER = '1.5.0';

/** An updater that finds a version and does what it is told. */
function createUpdater(isUpdateAvailable = true) {
  const updateInfo: UpdateInfo = { version: NEWER, files: [], path: '', sha512: '', releaseDate: '' };
  const found: UpdateCheckResult = { isUpdateAvailable, updateInfo, versionInfo: updateInfo };
  return {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    logger: null,
    checkForUpdates: vi.fn<Updater['checkForUpdates']>(async () => found),
    downloadUpdate: vi.fn<Updater['downloadUpdate']>(async () => []),
    quitAndInstall: vi.fn<Updater['quitAndInstall']>(),
  } satisfies Updater;
}

function portsOf(changes: Partial<UpdatePorts> = {}) {
  return {
    isJobRunning: () => false,
    ask: vi.fn<UpdatePorts['ask']>(async () => true),
    version: '1.4.0',
    logger: pino({ level: 'silent' }),
    ...changes,
  };
}

describe('an update', () => {
  it('is downloaded and installed with a restart after the person confirmed both', async () => {
    const updater = createUpdater();
    const asked: UpdateQuestion[] = [];
    const ask = async (question: UpdateQuestion) => {
      asked.push(question);
      return true;
    };
    await createUpdateOffer(portsOf({ ask }), async () => updater)();
    expect(asked.map(({ message, accept }) => [message, accept])).toEqual([
      ['Slipway 1.5.0 is available', 'Download'],
      ['Slipway 1.5.0 is ready to install', 'Restart now'],
    ]);
    expect(asked[0]?.detail).toContain('You have 1.4.0.');
    expect(updater.downloadUpdate).toHaveBeenCalledOnce();
    expect(updater.quitAndInstall).toHaveBeenCalledExactlyOnceWith(false, true);
  });

  it('that is declined is neither downloaded nor installed, nor offered again in this run', async () => {
    const updater = createUpdater();
    const ports = portsOf({ ask: vi.fn<UpdatePorts['ask']>(async () => false) });
    const offer = createUpdateOffer(ports, async () => updater);
    await offer();
    await offer();
    expect(ports.ask).toHaveBeenCalledOnce();
    expect(updater.downloadUpdate).not.toHaveBeenCalled();
    expect(updater).toMatchObject({ autoDownload: false, autoInstallOnAppQuit: false });
  });

  it('is installed when Slipway quits where a person does not want to restart', async () => {
    const updater = createUpdater();
    const ask = vi.fn<UpdatePorts['ask']>().mockResolvedValueOnce(true).mockResolvedValueOnce(false);
    await createUpdateOffer(portsOf({ ask }), async () => updater)();
    expect(updater.quitAndInstall).not.toHaveBeenCalled();
    expect(updater.autoInstallOnAppQuit).toBe(true);
  });

  it('is not checked for while a job is in progress', async () => {
    const updater = createUpdater();
    const ports = portsOf({ isJobRunning: () => true });
    await createUpdateOffer(ports, async () => updater)();
    expect(updater.checkForUpdates).not.toHaveBeenCalled();
  });

  it('is not offered when a job starts during the check, and is offered when the job has ended', async () => {
    const updater = createUpdater();
    let isRunning = false;
    const ports = portsOf({ isJobRunning: () => isRunning });
    const offer = createUpdateOffer(ports, async () => updater);
    updater.checkForUpdates.mockImplementationOnce(async () => {
      isRunning = true;
      return createUpdater().checkForUpdates();
    });
    await offer();
    expect(ports.ask).not.toHaveBeenCalled();
    isRunning = false;
    await offer();
    expect(ports.ask).toHaveBeenCalled();
  });

  it('does not restart Slipway when a job starts while the question is open', async () => {
    const updater = createUpdater();
    let isRunning = false;
    const ask = async ({ accept }: UpdateQuestion) => {
      isRunning = accept === 'Restart now';
      return true;
    };
    await createUpdateOffer(portsOf({ ask, isJobRunning: () => isRunning }), async () => updater)();
    expect(updater.downloadUpdate).toHaveBeenCalledOnce();
    expect(updater.quitAndInstall).not.toHaveBeenCalled();
  });

  it('that cannot be downloaded is offered again at the next check', async () => {
    const updater = createUpdater();
    updater.downloadUpdate.mockRejectedValueOnce(new Error('net::ERR_CONNECTION_RESET'));
    const ports = portsOf();
    const offer = createUpdateOffer(ports, async () => updater);
    await offer();
    expect(updater).toMatchObject({ autoInstallOnAppQuit: false });
    await offer();
    expect(updater.quitAndInstall).toHaveBeenCalledOnce();
  });

  it('is not offered when there is none, or when GitHub cannot be reached', async () => {
    const none = portsOf();
    await createUpdateOffer(none, async () => createUpdater(false))();
    expect(none.ask).not.toHaveBeenCalled();

    const unreachable = createUpdater();
    unreachable.checkForUpdates.mockRejectedValue(new Error('net::ERR_INTERNET_DISCONNECTED'));
    const ports = portsOf();
    await expect(createUpdateOffer(ports, async () => unreachable)()).resolves.toBeUndefined();
    expect(ports.ask).not.toHaveBeenCalled();
  });

  it('is offered in one dialog at a time', async () => {
    const updater = createUpdater();
    const ports = portsOf({ ask: vi.fn<UpdatePorts['ask']>(() => new Promise(() => {})) });
    const offer = createUpdateOffer(ports, async () => updater);
    void offer();
    await eventually(() => expect(ports.ask).toHaveBeenCalledOnce());
    await offer();
    expect(updater.checkForUpdates).toHaveBeenCalledOnce();
  });
});

describe('an installation', () => {
  let resourcesPath: string;
  beforeEach(() => {
    resourcesPath = mkdtempSync(join(tmpdir(), 'slipway-resources-'));
    writeFileSync(join(resourcesPath, 'app-update.yml'), '');
  });
  afterEach(() => rmSync(resourcesPath, { recursive: true }));

  /** Whether updates are looked for. */
  function isOffered(installation: Parameters<typeof offerUpdates>[0]): boolean {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const load = vi.fn<() => Promise<Updater>>(async () => createUpdater(false));
    offerUpdates(installation, portsOf(), load);
    return load.mock.calls.length > 0;
  }

  it.each([
    ['of Windows', 'win32', {}, true],
    ['of macOS', 'darwin', {}, true],
    ['that is an AppImage', 'linux', { APPIMAGE: '/home/ana/slipway.AppImage' }, true],
    ['of a deb or rpm, which the package manager updates', 'linux', {}, false],
  ] as const)('%s', (_title, platform, environment, expected) => {
    expect(isOffered({ isPackaged: true, platform, environment, resourcesPath })).toBe(expected);
  });

  it('that was not built by a release is offered no updates, nor is a checkout', () => {
    const windows = { platform: 'win32', environment: {} } as const;
    expect(isOffered({ ...windows, isPackaged: false, resourcesPath })).toBe(false);
    expect(isOffered({ ...windows, isPackaged: true, resourcesPath: join(resourcesPath, 'none') })).toBe(
      false,
    );
  });

  it('is checked at the start and then every hour, unless it cannot be updated', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const updater = createUpdater(false);
    const installation = { isPackaged: true, platform: 'win32', environment: {}, resourcesPath } as const;
    offerUpdates(installation, portsOf(), async () => updater);
    await vi.advanceTimersByTimeAsync(0);
    expect(updater.checkForUpdates).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2 * 3_600_000);
    expect(updater.checkForUpdates).toHaveBeenCalledTimes(3);

    const load = vi.fn<() => Promise<Updater>>();
    offerUpdates({ ...installation, isPackaged: false }, portsOf(), load);
    expect(load).not.toHaveBeenCalled();
  });
});

describe('the question about an update', () => {
  it('is a native one, and closing it means no', async () => {
    const showMessageBox = vi.fn<Dialog['showMessageBox']>();
    Object.assign(standIn.dialog, { showMessageBox });
    const question = {
      message: 'Slipway 2 is available',
      detail: '',
      accept: 'Download',
      decline: 'Not now',
    };
    showMessageBox.mockResolvedValueOnce({ response: 0, checkboxChecked: false });
    expect(await askNatively(question)).toBe(true);
    showMessageBox.mockResolvedValueOnce({ response: 1, checkboxChecked: false });
    expect(await askNatively(question)).toBe(false);
    expect(showMessageBox.mock.lastCall?.at(-1)).toMatchObject({
      cancelId: 1,
      buttons: ['Download', 'Not now'],
    });
  });
});
