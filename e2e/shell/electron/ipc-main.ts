import { EventEmitter } from 'node:events';
import type { InvokeOutcome } from '../contract.ts';
import { emitNatively, strict } from './strict.ts';

type Handler = (event: Electron.IpcMainInvokeEvent, ...args: never[]) => unknown;

const handlers = new Map<string, Handler>();

/** lib/browser/ipc-main-impl.ts; its events are the channels. */
class SimulatedIpcMain
  extends EventEmitter
  implements Pick<Electron.IpcMain, 'handle' | 'handleOnce' | 'removeHandler'>
{
  handle(channel: string, handler: Handler): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  }

  handleOnce(channel: string, handler: Handler): void {
    this.handle(channel, (event, ...args) => {
      this.removeHandler(channel);
      return handler(event, ...args);
    });
  }

  removeHandler(channel: string): void {
    handlers.delete(channel);
  }
}

export const ipcMain = strict('ipcMain', new SimulatedIpcMain());

/** A message of `ipcRenderer.send`. */
export function receiveMessage(
  event: Electron.IpcMainEvent,
  channel: string,
  args: readonly unknown[],
): void {
  emitNatively(ipcMain, channel, event, ...args);
}

/** A call of `ipcRenderer.invoke`: lib/browser/ipc-dispatch.ts, '-ipc-invoke'. */
export async function receiveInvoke(
  event: Electron.IpcMainInvokeEvent,
  channel: string,
  args: readonly unknown[],
): Promise<InvokeOutcome> {
  try {
    const handler = handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    const value: unknown = await Reflect.apply(handler, undefined, [event, ...args]);
    return { ok: true, value: cloned(value) };
  } catch (error) {
    process.stderr.write(`Error occurred in handler for '${channel}': ${String(error)}\n`);
    return { ok: false, error: String(error) };
  }
}

/** As Electron refuses it; the channel between the processes would be more lenient or say it otherwise. */
function cloned(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    throw new Error('An object could not be cloned.');
  }
}
