import type { ContextBridge, IpcRenderer } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { CALL, CANCEL, EVENT } from '../shared/channels.ts';
import type { Transport } from '../shared/transport.ts';

const standIn = vi.hoisted(() => ({
  contextBridge: { exposeInMainWorld: vi.fn<ContextBridge['exposeInMainWorld']>() },
  ipcRenderer: {
    invoke: vi.fn<IpcRenderer['invoke']>(),
    send: vi.fn<IpcRenderer['send']>(),
    on: vi.fn<IpcRenderer['on']>(),
    off: vi.fn<IpcRenderer['off']>(),
  },
}));
vi.mock('electron', () => standIn);

async function exposed(): Promise<Transport> {
  vi.resetModules();
  await import('./index.ts');
  const [name, api] = standIn.contextBridge.exposeInMainWorld.mock.lastCall ?? [];
  expect(name).toBe('slipway');
  expect(Object.keys(api as object).sort()).toEqual(['call', 'cancel', 'onEvent']);
  return api as Transport;
}

describe('what the preload script gives the page', () => {
  it('calls the main process, and returns its answer', async () => {
    const request = { id: '1', method: 'app.info', input: {} };
    standIn.ipcRenderer.invoke.mockResolvedValueOnce({ ok: true, value: 7 });
    expect(await (await exposed()).call(request)).toEqual({ ok: true, value: 7 });
    expect(standIn.ipcRenderer.invoke).toHaveBeenCalledExactlyOnceWith(CALL, request);
  });

  it('cancels', async () => {
    (await exposed()).cancel('1');
    expect(standIn.ipcRenderer.send).toHaveBeenCalledExactlyOnceWith(CANCEL, '1');
  });

  it('passes events on without the IPC event, until the page stops listening', async () => {
    const listener = vi.fn<(id: string, event: unknown) => void>();
    const stop = (await exposed()).onEvent(listener);
    const [channel, forward] = standIn.ipcRenderer.on.mock.lastCall ?? [];
    expect(channel).toBe(EVENT);
    Reflect.apply(forward ?? (() => undefined), undefined, [{ sender: 'ipc' }, '1', { progress: 1 }]);
    expect(listener).toHaveBeenCalledExactlyOnceWith('1', { progress: 1 });
    // Answering it would hand ipcRenderer to the page.
    standIn.ipcRenderer.off.mockReturnValueOnce(standIn.ipcRenderer as unknown as IpcRenderer);
    expect(stop()).toBeUndefined();
    expect(standIn.ipcRenderer.off).toHaveBeenCalledExactlyOnceWith(EVENT, forward);
  });
});
