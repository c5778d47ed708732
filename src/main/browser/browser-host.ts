import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { assertNever } from '../../shared/assert-never.ts';
import {
  KEY_PROTOCOL_PREFIX,
  LAUNCH_PATH,
  SESSION_PATH,
  SOCKET_PATH,
  SOCKET_PROTOCOL,
  TICKET_PARAMETER,
} from '../../shared/page-session.ts';
import type { Dispatcher } from '../engine/ports/dispatcher.ts';
import type { Logger } from '../engine/ports/ports.ts';
import { answerPageFile } from '../page/page-files.ts';
import { SAFE_HEADERS } from '../page/page-headers.ts';
import { watchIdle } from './idle.ts';
import { createPageKeys, type PageKeys } from './page-keys.ts';
import { type Refusal, refusalOf } from './request-refusal.ts';
import { answerSession } from './session-requests.ts';
import { carryCalls } from './socket-calls.ts';

const LARGEST_FRAME_BYTES = 4 * 1024 * 1024;
const PING_INTERVAL_MS = 15_000;
const NO_KEY = 'This page has no key for Slipway. Open the address that Slipway printed last.';

/** What a client may take that has no key. A WebSocket without one is never opened. */
interface ConnectionLimits {
  /** All connections, those of pages included. */
  readonly connections: number;
  /** How long the headers of a request may take. */
  readonly headersMs: number;
  /** How long a whole request may take. */
  readonly requestMs: number;
  /** How long nothing may be read or written on a connection that is no WebSocket. */
  readonly silenceMs: number;
}

const LIMITS: ConnectionLimits = {
  connections: 512,
  headersMs: 10_000,
  requestMs: 15_000,
  silenceMs: 30_000,
};

/** Cookies of other servers on this machine arrive too, and count towards the limit. */
const LARGEST_HEADERS_BYTES = 32 * 1024;

export interface BrowserHostOptions {
  readonly dispatcher: Dispatcher;
  /** The built renderer. */
  readonly pageFolder: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logger: Logger;
  /** Who may call; keys of this run alone where it is missing. */
  readonly keys?: PageKeys;
  readonly pingIntervalMs?: number;
  readonly limits?: ConnectionLimits;
}

export interface BrowserHost {
  readonly port: number;
  /**
   * A new address that opens Slipway in one browser, once. `onUsed` is called when it has. It holds a secret until
   * then: it is never logged and never an argument of a process.
   */
  readonly launchAddress: (onUsed: () => void) => string;
  /** How many pages are connected now. */
  pages(): number;
  /** Settles once what has arrived until now is answered, at once if that is nothing. */
  readonly idle: () => Promise<void>;
  close(): Promise<void>;
}

/** Serves the page and its calls at 127.0.0.1. Rejects when the port is taken. */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { dispatcher, logger } = options;
  const keys = options.keys ?? createPageKeys();
  const server = createLimitedServer(options.limits ?? LIMITS);
  const idle = watchIdle(server);

  server.on('request', (request, response) => {
    answerRequest(request, response, keys, options.pageFolder).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      logger.error({ err: error, url: pathnameOf(request) }, 'A request could not be answered');
      if (response.headersSent) response.destroy();
      else refuse(response, { status: 500, sentence: "Slipway couldn't answer. See its log." });
    });
  });

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_FRAME_BYTES,
    handleProtocols: () => SOCKET_PROTOCOL,
  });
  sockets.on('connection', (socket: WebSocket) => {
    socket.on('error', (error) => logger.warn({ err: error }, 'A page was disconnected'));
    carryCalls(socket, dispatcher, logger);
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Node takes its own listener off with the upgrade. A client that is gone is no error of ours.
    stream.on('error', () => stream.destroy());
    const refusal = socketRefusal(request, keys);
    if (refusal !== undefined) refuseUpgrade(stream, refusal);
    else
      sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
  });

  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  // For example a connection that could not be accepted because the process has no file left to open.
  server.on('error', (error) => logger.warn({ err: error }, 'The browser host could not take a connection'));
  const { port } = server.address() as AddressInfo;
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
    port,
    launchAddress: (onUsed) =>
      `http://127.0.0.1:${port}${LAUNCH_PATH}#${TICKET_PARAMETER}=${keys.issueTicket(onUsed)}`,
    pages: () => sockets.clients.size,
    idle,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function createLimitedServer({ connections, headersMs, requestMs, silenceMs }: ConnectionLimits): Server {
  const server = createServer({
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: headersMs / 5,
    maxHeaderSize: LARGEST_HEADERS_BYTES,
  });
  server.maxConnections = connections;
  return server.setTimeout(silenceMs);
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  keys: PageKeys,
  pageFolder: string,
): Promise<void> {
  const pathname = pathnameOf(request);
  const isSession = pathname === SESSION_PATH;
  const refusal = refusalOf(request, isSession ? 'call' : 'page');
  if (refusal !== undefined) return refuse(response, refusal);
  if (isSession) return answerSessionRequest(request, response, keys);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, {
      status: 405,
      sentence: 'Only GET is accepted here.',
      headers: { Allow: 'GET, HEAD' },
    });
  }
  const answer = await answerPageFile(pageFolder, pathname, [`ws://${request.headers.host ?? ''}`]);
  response.writeHead(answer.status, answer.headers);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

async function answerSessionRequest(
  request: IncomingMessage,
  response: ServerResponse,
  keys: PageKeys,
): Promise<void> {
  const answer = await answerSession(request, keys);
  const headers = { ...SAFE_HEADERS, 'Cache-Control': 'no-store' };
  switch (answer.kind) {
    case 'accepted':
      response.writeHead(204, headers);
      response.end();
      return;
    case 'locked-out':
      response.writeHead(answer.reason === 'too-many-tries' ? 429 : 401, {
        ...headers,
        'Content-Type': 'application/json',
      });
      response.end(JSON.stringify({ reason: answer.reason }));
      return;
    case 'refused':
      return refuse(response, answer.refusal);
    default:
      return assertNever(answer);
  }
}

function socketRefusal(request: IncomingMessage, keys: PageKeys): Refusal | undefined {
  const refusal = refusalOf(request, 'call');
  if (refusal !== undefined) return refusal;
  if (pathnameOf(request) !== SOCKET_PATH) {
    return { status: 404, sentence: 'There is no WebSocket at this address.' };
  }
  const key = keyOf(request);
  if (key === undefined || !keys.isAccepted(key)) return { status: 401, sentence: NO_KEY };
  return undefined;
}

/** The key among the subprotocols that a page asks for. */
function keyOf(request: IncomingMessage): string | undefined {
  return (request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(KEY_PROTOCOL_PREFIX))
    ?.slice(KEY_PROTOCOL_PREFIX.length);
}

/** What was not read of the request is not waited for: the connection ends with the answer. */
function refuse(response: ServerResponse, { status, sentence, headers }: Refusal): void {
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
    ...headers,
  });
  response.end(`${sentence}\n`);
}

function refuseUpgrade(stream: Duplex, { status, sentence }: Refusal): void {
  const body = `${sentence}\n`;
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
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
