import type { BrowserWindow } from 'electron';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { keepPageAlive } from './page-health.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const RELOAD = 0;
const OTHER = 1;

describe('a page', () => {
  let window: standIn.BrowserWindow;

  beforeEach(() => {
    vi.clearAllMocks();
    window = new standIn.BrowserWindow({});
    keepPageAlive(window as unknown as BrowserWindow, pino({ level: 'silent' }));
  });

  const nextTask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  async function crash(reason = 'crashed'): Promise<void> {
    window.webContents.emit('render-process-gone', {}, { reason, exitCode: 5 });
    await nextTask();
  }

  it('is reloaded after a crash, the first time without a question', async () => {
    await crash();
    expect(window.webContents.reload).toHaveBeenCalledOnce();
    expect(standIn.dialog.showMessageBox).not.toHaveBeenCalled();
  });

  it('is reloaded after another crash, or its window is closed, as the person answers', async () => {
    await crash();
    standIn.answerNext(RELOAD);
    await crash('oom');
    expect(standIn.lastQuestion().message).toContain('stopped working again');
    expect(window.webContents.reload).toHaveBeenCalledTimes(2);
    standIn.answerNext(OTHER);
    await crash();
    expect(window.close).toHaveBeenCalledOnce();
  });

  it('is left alone when its process exits normally', async () => {
    await crash('clean-exit');
    expect(window.webContents.reload).not.toHaveBeenCalled();
  });

  it('that hangs gets a new process when the person does not want to wait', async () => {
    standIn.answerNext(RELOAD);
    window.webContents.emit('unresponsive');
    await nextTask();
    expect(window.webContents.forcefullyCrashRenderer).toHaveBeenCalledOnce();
    await crash('killed');
    expect(window.webContents.reload).toHaveBeenCalledOnce();
  });

  it('that hangs is left alone when the person waits', async () => {
    standIn.answerNext(OTHER);
    window.webContents.emit('unresponsive');
    await nextTask();
    expect(window.webContents.forcefullyCrashRenderer).not.toHaveBeenCalled();
  });

  it('closes the question when it responds again', async () => {
    standIn.holdNext();
    window.webContents.emit('unresponsive');
    window.webContents.emit('unresponsive');
    expect(standIn.dialog.showMessageBox).toHaveBeenCalledOnce();
    expect(standIn.lastQuestion().signal?.aborted).toBe(false);
    window.webContents.emit('responsive');
    expect(standIn.lastQuestion().signal?.aborted).toBe(true);
  });
});
