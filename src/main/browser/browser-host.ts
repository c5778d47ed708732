import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { SOCKET_PATH } from '../../shared/frames.ts';
import type { Dispatcher } from '../engine/dispatcher.ts';
import type { Logger } from '../engine/ports.ts';
import { answerPageFile } from '../page/page-files.ts';
import { SAFE_HEADERS } from '../page/page-headers.ts';
import { firstPageSent } from './first-page.ts';
import { createLaunchKey, type LaunchKey } from './launch-key.ts';
import { refusalOf } from './request-origin.ts';
import { carryCalls } from './socket-calls.ts';

const LARGEST_FRAME_BYTES = 4 * 1024 * 1024;
/** Without a browser, such as over a tunnel, the engine starts by itself after this. */
const LONGEST_PAGE_WAIT_MS = 500;
const PING_INTERVAL_MS = 15_000;
const NO_KEY = 'This needs the address that Slipway printed when it started. Open that one.';

export interface BrowserHostOptions {
  readonly dispatcher: Dispatcher;
  /** The built renderer. */
  readonly pageFolder: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logger: Logger;
  readonly pingIntervalMs?: number;
}

export interface BrowserHost {
  /** Where a browser opens Slipway. It holds the secret of this run, and is never logged. */
  readonly address: string;
  /** Settles once the first page was sent to a browser, or none has asked for it for a while. */
  readonly firstPage: Promise<void>;
  /** How many pages are connected now. */
  pages(): number;
  close(): Promise<void>;
}

/** Serves the page and its calls at 127.0.0.1. Rejects when the port is taken. */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { dispatcher, logger } = options;
  const server = createServer();
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const key = createLaunchKey(String(port));

  server.on('request', (request, response) => {
    answerRequest(request, response, key, options.pageFolder).catch((error: unknown) => {
      logger.error({ err: error, url: pathnameOf(request) }, 'A file of the page could not be answered');
      if (!response.headersSent) refuse(response, 500, 'Slipway could not read that file. See its log.');
      else response.destroy();
    });
  });

  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_FRAME_BYTES });
  sockets.on('connection', (socket: WebSocket) => {
    socket.on('error', (error) => logger.warn({ err: error }, 'A page was cut off'));
    carryCalls(socket, dispatcher);
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = socketRefusal(request, key);
    if (refusal !== undefined) refuseUpgrade(stream, refusal);
    else
      sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
  });
  const stopPinging = pingAll(sockets, options.pingIntervalMs ?? PING_INTERVAL_MS);

  async function close(): Promise<void> {
    stopPinging();
    for (const socket of sockets.clients) socket.terminate();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
  let closing: Promise<void> | undefined;

  return {
    address: `http://127.0.0.1:${port}${key.path}`,
    firstPage: firstPageSent(server, LONGEST_PAGE_WAIT_MS),
    pages: () => sockets.clients.size,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  key: LaunchKey,
  pageFolder: string,
): Promise<void> {
  const refusal = refusalOf(request.headers, 'page');
  if (refusal !== undefined) return refuse(response, 403, refusal);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, 405, 'Slipway answers only GET here.');
  }
  const pathname = pathnameOf(request);
  if (key.isLaunchPath(pathname)) {
    response.writeHead(303, {
      ...SAFE_HEADERS,
      'Cache-Control': 'no-store',
      'Set-Cookie': key.cookie,
      Location: '/',
    });
    response.end();
    return;
  }
  if (!key.isHeldBy(request.headers.cookie)) return refuse(response, 403, NO_KEY);

  const answer = await answerPageFile(pageFolder, pathname, [`ws://${request.headers.host ?? ''}`]);
  response.writeHead(answer.status, answer.headers);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

function socketRefusal(request: IncomingMessage, key: LaunchKey): string | undefined {
  const refusal = refusalOf(request.headers, 'socket');
  if (refusal !== undefined) return refusal;
  if (pathnameOf(request) !== SOCKET_PATH) return 'Slipway has no WebSocket at that address.';
  return key.isHeldBy(request.headers.cookie) ? undefined : NO_KEY;
}

function refuse(response: ServerResponse, status: 403 | 405 | 500, sentence: string): void {
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(`${sentence}\n`);
}

function refuseUpgrade(stream: Duplex, sentence: string): void {
  const body = `${sentence}\n`;
  stream.end(
    `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** The path of a request without its query, still percent-encoded. */
function pathnameOf(request: IncomingMessage): string {
  return (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
}

/** Cuts off a page that has not answered since the last ping, such as one behind a dead SSH tunnel. */
function pingAll(sockets: WebSocketServer, intervalMs: number): () => void {
  const alive = new WeakSet<WebSocket>();
  sockets.on('connection', (socket) => {
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
  });
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
