import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../shared/testing/eventually.ts';
import * as standIn from './testing/electron-stand-in.ts';
import { emitFatal, takeOverFatalEvents } from './testing/fatal-events.ts';

describe('the entry of the desktop app', () => {
  let data: string;
  let giveBackFatalEvents: () => void;
  const said = vi.fn<(text: string | Uint8Array) => boolean>(() => true);
  const usualArguments = process.argv;

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'slipway-desktop-'));
    vi.stubEnv('SLIPWAY_DATA', data);
    vi.stubEnv('AWS_CONFIG_FILE', join(data, 'aws-config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(data, 'aws-credentials'));
    vi.stubEnv('DISPLAY', ':0');
    process.argv = ['/electron', '/checkout'];
    writeFileSync(join(data, 'aws-config'), '[profile prod]\nregion = eu-central-1\n');
    vi.spyOn(process.stderr, 'write').mockImplementation(said);
    vi.clearAllMocks();
    standIn.app.removeAllListeners();
    standIn.BrowserWindow.made.length = 0;
    giveBackFatalEvents = takeOverFatalEvents();
    standIn.app.isReady.mockReturnValue(false);
  });
  afterEach(async () => {
    await quit();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    process.argv = usualArguments;
    giveBackFatalEvents();
    rmSync(data, { recursive: true, force: true, maxRetries: 3 });
  });

  /** Closes the engine, if it was started. */
  async function quit(): Promise<void> {
    if (standIn.app.listenerCount('will-quit') === 0) return;
    standIn.app.quit.mockClear();
    standIn.app.exit.mockClear();
    standIn.app.emit('will-quit', { preventDefault: () => undefined });
    const endings = () => [...standIn.app.quit.mock.calls, ...standIn.app.exit.mock.calls];
    await eventually(() => expect(endings()).not.toEqual([]));
  }

  /** Evaluates the entry as Electron does, which is ready only after that. Answers what makes it ready. */
  async function evaluateEntry(): Promise<() => void> {
    const ready = Promise.withResolvers<void>();
    standIn.app.whenReady.mockReturnValue(ready.promise);
    vi.resetModules();
    vi.doMock('electron', () => standIn);
    await import('./index.ts');
    return () => {
      standIn.app.isReady.mockReturnValue(true);
      ready.resolve();
    };
  }

  it('is evaluated before the app is ready, and opens its window then', async () => {
    const becomeReady = await evaluateEntry();
    expect(standIn.BrowserWindow.made).toEqual([]);
    expect(standIn.protocol.registerSchemesAsPrivileged).toHaveBeenCalledOnce();
    becomeReady();
    await eventually(() => expect(standIn.BrowserWindow.made[0]?.loadURL).toHaveBeenCalledOnce());
    expect(standIn.Menu.setApplicationMenu).toHaveBeenCalledOnce();
    expect(standIn.app.exit).not.toHaveBeenCalled();
  });

  it.each([
    [
      'an option that nobody knows',
      () => void process.argv.push('--sandbx'),
      'Slipway has no option --sandbx.',
    ],
    [
      'a data folder that cannot be made',
      () => vi.stubEnv('SLIPWAY_DATA', join(data, 'aws-config', 'data')),
      "Slipway can't write its data folder",
    ],
    [
      'a log file that is a folder',
      () => mkdirSync(join(data, 'slipway.log')),
      "Slipway can't write its log",
    ],
  ])('ends with one sentence for %s, and opens no window', async (_what, breakIt, sentence) => {
    breakIt();
    const becomeReady = await evaluateEntry();
    becomeReady();
    await eventually(() => expect(standIn.app.exit).toHaveBeenCalledExactlyOnceWith(1));
    expect(standIn.dialog.showErrorBox).toHaveBeenCalledExactlyOnceWith(
      'Slipway',
      expect.stringContaining(sentence),
    );
    expect(standIn.BrowserWindow.made).toEqual([]);
  });

  it.runIf(existsSync('/dev/full'))('ends with one sentence when the disk is full', async () => {
    symlinkSync('/dev/full', join(data, 'slipway.log'));
    const becomeReady = await evaluateEntry();
    becomeReady();
    await eventually(() => expect(standIn.app.exit).toHaveBeenCalledExactlyOnceWith(1));
    expect(standIn.dialog.showErrorBox.mock.lastCall?.[1]).toContain('the disk is full');
  });

  it.runIf(process.platform === 'linux')(
    'ends at once with one sentence when there is no display',
    async () => {
      vi.stubEnv('DISPLAY', '');
      vi.stubEnv('WAYLAND_DISPLAY', '');
      await evaluateEntry();
      expect(standIn.app.exit).toHaveBeenCalledExactlyOnceWith(1);
      expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("Slipway can't open a window"));
    },
  );

  it('logs an error that nothing handles, shows one sentence and ends', async () => {
    const becomeReady = await evaluateEntry();
    becomeReady();
    emitFatal('uncaughtException', new Error('The unexpected.'));
    expect(standIn.app.exit).toHaveBeenCalledExactlyOnceWith(1);
    expect(standIn.dialog.showErrorBox.mock.lastCall?.[1]).toContain(join(data, 'slipway.log'));
    expect(readFileSync(join(data, 'slipway.log'), 'utf8')).toContain('The unexpected.');
  });

  it('ends with one sentence when the engine cannot start', async () => {
    symlinkSync(join(data, 'gone', 'journal.sqlite'), join(data, 'journal.sqlite'));
    const becomeReady = await evaluateEntry();
    becomeReady();
    await eventually(() => expect(standIn.app.exit).toHaveBeenCalledExactlyOnceWith(1));
    expect(standIn.dialog.showErrorBox).toHaveBeenCalledOnce();
  });

  it('only quits when Slipway is already running', async () => {
    standIn.app.requestSingleInstanceLock.mockReturnValueOnce(false);
    const becomeReady = await evaluateEntry();
    becomeReady();
    expect(standIn.app.quit).toHaveBeenCalledOnce();
    expect(existsSync(join(data, 'slipway.log'))).toBe(false);
    expect(standIn.BrowserWindow.made).toEqual([]);
  });
});
