import type { ChromiumHalf, MainHalf } from '../contract.ts';
import { type Channel, ConnectionClosed, connectPeer, NOTHING, type Remote } from '../peer.ts';

const connection: { chromium?: Remote<ChromiumHalf> } = {};

/** Connects the main process to the process of the test, which ends this one when it is gone. */
export function connectToChromium(main: MainHalf): void {
  const channel: Channel = {
    send: (message) => {
      if (process.send === undefined) throw new ConnectionClosed();
      process.send(message);
    },
    onMessage: (listener) => process.on('message', listener),
    onClose: (listener) => process.on('disconnect', listener),
  };
  connection.chromium = connectPeer<MainHalf, ChromiumHalf>(channel, main);
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

/** The Chromium half, once it is connected. */
export function chromium(): Remote<ChromiumHalf> {
  if (connection.chromium === undefined) throw new Error('The simulated Electron is not connected.');
  return connection.chromium;
}

/** Lets something happen in the Chromium half without waiting for it. A fault of it ends the process. */
export function unawaited(asked: Promise<unknown>): void {
  asked.catch((error: unknown) => {
    if (error instanceof ConnectionClosed) return;
    process.stderr.write(`The simulated Electron failed: ${String(error)}\n`);
    process.kill(process.pid, 'SIGKILL');
  });
}

/** Continues once everything that was told to the Chromium half has left this process. */
export function afterTelling(next: () => void): void {
  if (process.connected && process.send !== undefined) process.send(NOTHING, next);
  else next();
}
