import type { IpcMainEvent, IpcMainInvokeEvent, WebFrameMain } from 'electron';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CALL, CANCEL, EVENT } from '../../shared/channels.ts';
import { createDispatcher } from '../engine/ports/dispatcher.ts';
import type { Handlers } from '../engine/ports/handlers.ts';
import * as standIn from '../testing/electron-stand-in.ts';
import { carryPageCalls } from './calls.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const logger = pino({ level: 'silent' });
const PAGE = 'app://slipway/a/prod/eu-central-1';
const QUESTION = {
  id: '6f0e8a34-98c5-4c33-93a2-1d4d5a3d7c10',
  kind: 'mfa-code',
  question: 'The MFA code, please.',
  over: false,
} as const;

const handlers: Partial<Handlers> = {
  'app.info': async () => ({ version: '1.2.3', host: 'electron', nativeDialogs: true }),
  'prompts.watch': async (_input, { signal, emit }) => {
    emit(QUESTION);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    signal.throwIfAborted();
    return {};
  },
};

const CANCELLED = { ok: false, error: { code: 'CANCELLED' } };
const REFUSED = { ok: false, error: { code: 'FORBIDDEN', message: 'Slipway answers only its own page.' } };

describe('calls of the page of a window', () => {
  let page: standIn.Contents;

  beforeEach(() => {
    vi.clearAllMocks();
    page = standIn.createContents(PAGE);
    carryPageCalls(createDispatcher(handlers, logger), logger).accept(standIn.asWebContents(page));
  });

  function call(event: IpcMainInvokeEvent, method: string, id = '1'): unknown {
    const [channel, listener] = standIn.ipcMain.handle.mock.lastCall ?? [];
    expect(channel).toBe(CALL);
    return listener?.(event, { id, method, input: {} });
  }

  function cancel(event: IpcMainEvent, id: unknown): void {
    const [channel, listener] = standIn.ipcMain.on.mock.lastCall ?? [];
    expect(channel).toBe(CANCEL);
    listener?.(event, id);
  }

  it('are answered', async () => {
    expect(await call(standIn.ipcEvent(page), 'app.info')).toEqual({
      ok: true,
      value: { version: '1.2.3', host: 'electron', nativeDialogs: true },
    });
  });

  it('send their events to that page', () => {
    void call(standIn.ipcEvent(page), 'prompts.watch');
    expect(page.send).toHaveBeenCalledExactlyOnceWith(EVENT, '1', QUESTION);
  });

  it('are cancelled one by one', async () => {
    const first = call(standIn.ipcEvent(page), 'prompts.watch', '1');
    const second = call(standIn.ipcEvent(page), 'prompts.watch', '2');
    cancel(standIn.ipcEvent(page), '1');
    expect(await first).toMatchObject(CANCELLED);
    cancel(standIn.ipcEvent(page), { id: '2' });
    cancel(standIn.ipcEvent(page), '2');
    expect(await second).toMatchObject(CANCELLED);
  });

  it.each([
    ['is closed', (contents: standIn.Contents) => contents.emit('destroyed')],
    ['crashes', (contents: standIn.Contents) => contents.emit('render-process-gone')],
    ['is left or reloaded', (contents: standIn.Contents) => contents.emit('did-navigate', {}, PAGE)],
  ])('are all cancelled when the page %s', async (_what, end) => {
    const calls = ['1', '2'].map((id) => call(standIn.ipcEvent(page), 'prompts.watch', id));
    end(page);
    for (const answer of calls) expect(await answer).toMatchObject(CANCELLED);
  });

  it.each([
    ['the page shows another of its routes', { isMainFrame: true, isSameDocument: true }],
    ['a navigation begins, which may be prevented', { isMainFrame: true, isSameDocument: false }],
  ])('continue when %s', async (_what, details) => {
    const answered = vi.fn<(answer: unknown) => void>();
    void Promise.resolve(call(standIn.ipcEvent(page), 'prompts.watch')).then(answered);
    page.emit('did-start-navigation', details);
    // A call that was cancelled would have answered by the time that a later one has.
    await call(standIn.ipcEvent(page), 'app.info', '2');
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).not.toHaveBeenCalled();
  });

  it('are accepted again from the page after a reload', async () => {
    page.emit('did-navigate', {}, PAGE);
    expect(await call(standIn.ipcEvent(page), 'app.info')).toMatchObject({ ok: true });
  });

  it('are refused with an error when they come from anywhere else', async () => {
    const other = standIn.createContents(PAGE);
    const elsewhere = standIn.createContents('https://evil.example/');
    const lookalike = standIn.createContents('app://slipway.evil.example/');
    const frame = { url: PAGE } as WebFrameMain;
    expect(await call(standIn.ipcEvent(other), 'app.info')).toMatchObject(REFUSED);
    expect(await call(standIn.ipcEvent(elsewhere), 'app.info')).toMatchObject(REFUSED);
    expect(await call(standIn.ipcEvent(lookalike), 'app.info')).toMatchObject(REFUSED);
    expect(await call(standIn.ipcEvent(page, frame), 'app.info')).toMatchObject(REFUSED);
    expect(await call(standIn.ipcEvent(page, null), 'app.info')).toMatchObject(REFUSED);
  });

  it('are refused from our own window when it shows another site', async () => {
    Object.assign(page.mainFrame, { url: 'https://evil.example/' });
    expect(await call(standIn.ipcEvent(page), 'app.info')).toMatchObject(REFUSED);
  });
});
