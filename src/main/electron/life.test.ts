import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../shared/testing/eventually.ts';
import * as standIn from '../testing/electron-stand-in.ts';
import { claimSingleInstance, liveUntilClosed } from './life.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const logger = pino({ level: 'silent' });
const SECOND_ARGS = ['/app', '--sandbox'];

describe('the life of the app', () => {
  const showWindow = vi.fn<() => void>();

  beforeEach(() => {
    vi.clearAllMocks();
    standIn.app.removeAllListeners();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function live(close: () => Promise<void>, platform: NodeJS.Platform = 'linux'): void {
    liveUntilClosed({ platform, close, showWindow, logger });
  }

  function tryToQuit(): { readonly isHeld: boolean } {
    const event = { preventDefault: vi.fn<() => void>() };
    standIn.app.emit('will-quit', event);
    return { isHeld: event.preventDefault.mock.calls.length > 0 };
  }

  function startAgain(): void {
    standIn.app.emit('second-instance', {}, ['/electron', '--added-by-chromium'], '/', {
      arguments: SECOND_ARGS,
    });
  }

  it('ends with its window, but on macOS the app stays and shows the window again', () => {
    live(async () => undefined, 'darwin');
    standIn.app.emit('window-all-closed');
    expect(standIn.app.quit).not.toHaveBeenCalled();
    standIn.app.emit('activate');
    expect(showWindow).toHaveBeenCalledOnce();

    standIn.app.removeAllListeners();
    live(async () => undefined);
    standIn.app.emit('window-all-closed');
    expect(standIn.app.quit).toHaveBeenCalledOnce();
  });

  it('ends only when the engine has closed, which it does once', async () => {
    const closing = Promise.withResolvers<void>();
    const close = vi.fn<() => Promise<void>>(() => closing.promise);
    live(close);
    expect(tryToQuit().isHeld).toBe(true);
    expect(tryToQuit().isHeld).toBe(true);
    expect(standIn.app.quit).not.toHaveBeenCalled();

    closing.resolve();
    await eventually(() => expect(standIn.app.quit).toHaveBeenCalledOnce());
    expect(tryToQuit().isHeld).toBe(false);
    expect(close).toHaveBeenCalledOnce();
  });

  it('ends even if the engine fails to close', async () => {
    live(() => Promise.reject(new Error('The journal is locked.')));
    tryToQuit();
    await eventually(() => expect(standIn.app.quit).toHaveBeenCalledOnce());
    expect(tryToQuit().isHeld).toBe(false);
  });

  it('ends even if the engine never closes, so that its lock is released', () => {
    vi.useFakeTimers();
    live(() => new Promise(() => undefined));
    tryToQuit();
    vi.runAllTimers();
    expect(standIn.app.exit).toHaveBeenCalledExactlyOnceWith(1);
  });

  it('allows one instance per data folder: a second start ends and shows the window of the first', () => {
    expect(claimSingleInstance(SECOND_ARGS)).toBe(true);
    live(async () => undefined);
    startAgain();
    expect(showWindow).toHaveBeenCalledOnce();
    expect(standIn.app.relaunch).not.toHaveBeenCalled();

    standIn.app.requestSingleInstanceLock.mockReturnValueOnce(false);
    expect(claimSingleInstance(SECOND_ARGS)).toBe(false);
    expect(standIn.app.quit).toHaveBeenCalledOnce();
  });

  it('starts again, with the same arguments, when a second start comes while it closes', () => {
    live(() => new Promise(() => undefined));
    tryToQuit();
    startAgain();
    startAgain();
    expect(showWindow).not.toHaveBeenCalled();
    expect(standIn.app.relaunch).toHaveBeenCalledExactlyOnceWith({ args: SECOND_ARGS });
  });
});
