import type { Agent } from 'node:http';
import { WebSocket } from 'ws';
import { SlipwayError } from '../../../shared/errors.ts';

/** A WebSocket of another server. Its handlers are called in order, and none after `onClose`. */
export interface OpenSocket {
  send(data: Uint8Array | string): void;
  ping(): void;
  pause(): void;
  resume(): void;
  close(): void;
}

export interface SocketHandlers {
  readonly onMessage: (data: Uint8Array) => void;
  readonly onPong: () => void;
  readonly onClose: () => void;
}

/** Messages of sessions have about a kilobyte. */
const LARGEST_MESSAGE_BYTES = 1024 * 1024;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

interface SocketOptions {
  /** That of an account, which knows its proxy and its certificates. */
  readonly agent: Agent;
  /** Of the request that opens it. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Opens a WebSocket, without TLS only on this machine. Rejects with UNAVAILABLE, with FORBIDDEN where the server refuses the
 * request (401, 403), or with INVALID_INPUT for an address that is not valid.
 */
export function openWebSocket(
  address: string,
  { agent, headers }: SocketOptions,
  handlers: SocketHandlers,
  signal: AbortSignal,
): Promise<OpenSocket> {
  const url = URL.parse(address);
  const isSafe =
    url?.protocol === 'wss:' || (url?.protocol === 'ws:' && LOOPBACK.has(url.hostname.toLowerCase()));
  if (url === null || !isSafe) {
    return Promise.reject(
      new SlipwayError('INVALID_INPUT', 'AWS named a session server whose address is not wss://.'),
    );
  }
  const socket = new WebSocket(url, {
    agent,
    headers,
    maxPayload: LARGEST_MESSAGE_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
  });
  return new Promise((resolve, reject) => {
    let isOpen = false;
    const abort = (): void => socket.terminate();
    signal.addEventListener('abort', abort, { once: true });
    socket.on('open', () => {
      isOpen = true;
      // From now on the session decides when it ends.
      signal.removeEventListener('abort', abort);
      resolve({
        send: (data) => socket.send(data, { binary: typeof data !== 'string' }),
        ping: () => socket.ping(),
        pause: () => socket.pause(),
        resume: () => socket.resume(),
        close: () => socket.close(),
      });
    });
    socket.on('message', (data) => {
      if (Array.isArray(data)) handlers.onMessage(Buffer.concat(data));
      else handlers.onMessage(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
    });
    socket.on('pong', () => handlers.onPong());
    socket.on('unexpected-response', (request, { statusCode = 0 }) => {
      request.destroy();
      const isRefused = statusCode === 401 || statusCode === 403;
      reject(isRefused ? refused(url.host, statusCode) : unreachable(url.host, `status ${statusCode}`));
    });
    socket.on('error', (cause) => {
      if (!isOpen) reject(unreachable(url.host, cause));
    });
    socket.on('close', () => {
      signal.removeEventListener('abort', abort);
      if (isOpen) handlers.onClose();
      else reject(unreachable(url.host, undefined));
    });
    if (signal.aborted) abort();
  });
}

function refused(host: string, status: number): SlipwayError {
  return new SlipwayError('FORBIDDEN', `${host} refused the connection (${status}).`);
}

function unreachable(host: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    'UNAVAILABLE',
    `Slipway couldn't connect to ${host}. Check the network, and that the proxy lets WebSockets through.`,
    { retryable: true, cause },
  );
}
