import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../shared/eventually.fixture.ts';
import * as standIn from './electron-stand-in.ts';
import { claimSingleInstance, quitAfterClosing } from './life.ts';

vi.mock('electron', () => import('./electron-stand-in.ts'));

const logger = pino({ level: 'silent' });

describe('the life of the app', () => {
  beforeEach(() => {
    vi.clearAllMocks();
    standIn.app.removeAllListeners();
  });

  function tryToQuit(): { readonly isHeld: boolean } {
    const event = { preventDefault: vi.fn<() => void>() };
    standIn.app.emit('will-quit', event);
    return { isHeld: event.preventDefault.mock.calls.length > 0 };
  }

  it('ends with its window', () => {
    quitAfterClosing(async () => undefined, logger);
    standIn.app.emit('window-all-closed');
    expect(standIn.app.quit).toHaveBeenCalledOnce();
  });

  it('ends only when the engine has closed, which is asked once', async () => {
    const closing = Promise.withResolvers<void>();
    const close = vi.fn<() => Promise<void>>(() => closing.promise);
    quitAfterClosing(close, logger);
    expect(tryToQuit().isHeld).toBe(true);
    expect(tryToQuit().isHeld).toBe(true);
    expect(standIn.app.quit).not.toHaveBeenCalled();

    closing.resolve();
    await eventually(() => expect(standIn.app.quit).toHaveBeenCalledOnce());
    expect(tryToQuit().isHeld).toBe(false);
    expect(close).toHaveBeenCalledOnce();
  });

  it('ends also when the engine fails to close', async () => {
    quitAfterClosing(() => Promise.reject(new Error('The journal is locked.')), logger);
    tryToQuit();
    await eventually(() => expect(standIn.app.quit).toHaveBeenCalledOnce());
    expect(tryToQuit().isHeld).toBe(false);
  });

  it('is one for a data folder: a second start brings the first to the front', () => {
    const showAgain = vi.fn<() => void>();
    expect(claimSingleInstance(showAgain)).toBe(true);
    standIn.app.emit('second-instance');
    expect(showAgain).toHaveBeenCalledOnce();

    standIn.app.requestSingleInstanceLock.mockReturnValueOnce(false);
    expect(claimSingleInstance(() => undefined)).toBe(false);
    expect(standIn.app.quit).toHaveBeenCalledOnce();
  });
});
