import { type Client, createClient } from '../../../shared/client.ts';
import { SOCKET_PATH } from '../../../shared/frames.ts';
import type { Transport } from '../../../shared/transport.ts';
import { createSocketTransport } from './socket-transport.ts';

declare global {
  interface Window {
    /** Put there by the preload script of the desktop app. */
    readonly slipway?: Transport;
  }
}

export interface Connection {
  readonly client: Client;
  /** Listens to the engine coming back after its connection was lost. */
  readonly onReconnect: (listener: () => void) => () => void;
}

/** The engine of this window: over the preload's bridge in the desktop app, over a WebSocket in a browser tab. */
export function connectEngine(): Connection {
  if (window.slipway) return { client: createClient(window.slipway), onReconnect: () => () => undefined };

  const url = new URL(SOCKET_PATH, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const transport = createSocketTransport(() => new WebSocket(url));
  return { client: createClient(transport), onReconnect: transport.onReconnect };
}
