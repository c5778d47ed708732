import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SandboxLogger } from '../core/logger.ts';
import { isHangUp } from './hang-up.ts';

/** Answers a request whose target, host and origin have been checked. What it throws is logged and answered with 500. */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
) => Promise<void>;

/** Takes a request for a WebSocket, whose host and origin have been checked. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** An HTTP server that only this machine can reach. */
export interface LoopbackServer {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /**
   * Sets the handler of requests; until then they get 503.
   * @param pages paths that a link of any web page may open, and whose own forms a browser may send back
   */
  handle(handler: RequestHandler, pages?: ReadonlySet<string>): void;
  /** Sets what takes requests for WebSockets; until then they are refused. */
  handleUpgrades(handler: UpgradeHandler): void;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

interface LoopbackServerOptions {
  readonly logger: SandboxLogger;
  /** Names besides the loopback ones that requests may be sent to, such as `host.docker.internal`. */
  readonly hosts?: readonly string[];
  /** How long a connection may be silent in the middle of a request or an answer. */
  readonly silenceMs?: number;
}

/** Longer than any call of the sandbox takes, and than a person needs to wake a laptop. */
const SILENCE_MS = 2 * 60 * 1000;

/** Clients of AWS send about twenty. */
const MOST_HEADERS = 100;

/**
 * Listens on 127.0.0.1; port 0 takes a free one. No request can end the process: whatever a handler throws is answered.
 *
 * @throws Error that names the port, when it is taken or not allowed.
 */
export async function listenOnLoopback(
  port: number,
  { logger, hosts = [], silenceMs = SILENCE_MS }: LoopbackServerOptions,
): Promise<LoopbackServer> {
  let handler: RequestHandler = async (_request, response) => {
    response.writeHead(503).end();
  };
  let pages: ReadonlySet<string> = new Set();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const target = readTarget(request.url ?? '', hosts);
      const isPage = target !== undefined && pages.has(target.pathname) && isOfPage(request);
      const refusal = refusalOf(request, hosts, isPage);
      if (refusal !== undefined) refuse(response, refusal.status, refusal.sentence);
      else if (target === undefined) refuse(response, 400, BAD_TARGET);
      else await handler(request, response, target);
    } catch (error) {
      if (!isHangUp(error)) logger.error({ err: error, url: request.url }, 'The sandbox failed to answer.');
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'The sandbox failed to answer. Its log says why.');
    }
  }

  // `answer` catches everything, so its promise never rejects.
  const server = createServer((request, response) => void answer(request, response));
  // Pushing a large layer over a slow link takes longer than Node's five minutes for a request.
  server.requestTimeout = 0;
  server.timeout = silenceMs;
  // Node silently drops headers beyond its limit; MOST_HEADERS refuses them.
  server.maxHeadersCount = 0;
  server.on('clientError', answerBrokenRequest);
  let upgrades: UpgradeHandler | undefined;
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request, hosts, false);
    if (upgrades === undefined || refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal?.status ?? 404} Refused\r\nconnection: close\r\n\r\n`);
      return;
    }
    upgrades(request, socket, head);
  });
  // A request for a tunnel. Node gives its socket away, with all errors that are to come of it.
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(`HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n`);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(port, error)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;

  return {
    host: `127.0.0.1:${bound}`,
    handle(next, nextPages = new Set()) {
      handler = next;
      pages = nextPages;
    },
    handleUpgrades(handler) {
      upgrades = handler;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Refusal {
  readonly status: 400 | 403 | 431;
  readonly sentence: string;
}

const BAD_TARGET = 'The target of a request is a path of this server, such as /v2/.';

function refusalOf(
  { rawHeaders, headers }: IncomingMessage,
  hosts: readonly string[],
  isPage: boolean,
): Refusal | undefined {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  if (names.length > MOST_HEADERS) {
    return { status: 431, sentence: `A request has at most ${MOST_HEADERS} headers.` };
  }
  // RFC 9112, section 3.2. Node keeps the first of several.
  if (names.filter((name) => name === 'host').length !== 1) {
    return { status: 400, sentence: 'A request has one Host header.' };
  }
  const sentence = originRefusal(headers, hosts, isPage);
  return sentence === undefined ? undefined : { status: 403, sentence };
}

/** The rest of the request is not read, so no other one can follow it on the connection. */
function refuse(response: ServerResponse, status: Refusal['status'] | 500, sentence: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(sentence),
    connection: 'close',
  });
  response.end(sentence);
}

/** HTTP that cannot be parsed, or whose head does not come; without an answer the socket would be left open. */
function answerBrokenRequest({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(`HTTP/1.1 ${STATUS_OF_BROKEN[code ?? ''] ?? '400 Bad Request'}\r\nconnection: close\r\n\r\n`);
}

const STATUS_OF_BROKEN: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Content Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function cannotListen(port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') {
    return new Error(
      `Port ${port} of 127.0.0.1 is in use. Choose another one with --port, or 0 for a free one.`,
      {
        cause: error,
      },
    );
  }
  return new Error(`The sandbox cannot listen on port ${port} of 127.0.0.1: ${error.message}.`, {
    cause: error,
  });
}

const BASE = 'http://sandbox';

/**
 * The path and the query of a request's target, at a host that means nothing. A target is a path, or a whole address
 * of this server as a client with a proxy sends it (RFC 9112, sections 3.2.1 and 3.2.2); of all others, such as `*`,
 * the result is undefined.
 *
 * @param hosts names that this server may be called by besides the loopback ones
 */
function readTarget(target: string, hosts: readonly string[]): URL | undefined {
  // Never resolved against the base: `//other` would be another host, and `http://[::1` throws.
  if (target.startsWith('/')) return URL.parse(`${BASE}${target}`) ?? undefined;
  if (!/^http:\/\//i.test(target)) return undefined;
  const address = URL.parse(target);
  if (address === null || !isOwnName(address.host, hosts)) return undefined;
  return URL.parse(`${BASE}${address.pathname}${address.search}`) ?? undefined;
}

/** Names of this machine that no other site can have in DNS. */
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Why a request is refused for where it comes from, or nothing. The keys of the sandbox are public, so it takes no
 * request of a web page: a page of another site that has pointed its own name at 127.0.0.1 (DNS rebinding) shows in
 * `Host`, every other page in `Origin` or `Sec-Fetch-Site`. An address that somebody has typed is `none`
 * (Fetch Metadata Request Headers, W3C). Tools that speak to AWS or to registries send neither.
 *
 * @param hosts names that requests may be sent to as well
 * @param isPage whether a browser opens a page of this server, or sends the form of one
 */
function originRefusal(
  headers: IncomingHttpHeaders,
  hosts: readonly string[],
  isPage: boolean,
): string | undefined {
  const { host = '', origin } = headers;
  if (!isOwnName(host, hosts)) {
    return 'The sandbox answers only at 127.0.0.1 and localhost. If another name leads to it on purpose, start it with --allow-host and that name.';
  }
  const site = headers['sec-fetch-site'] ?? 'none';
  if (isPage || (origin === undefined && site === 'none')) return undefined;
  return 'The sandbox does not answer web pages. Send requests from a program.';
}

/**
 * Whether a browser opens a page in a tab, or sends the form of a page of this server. Another site can do the first,
 * which changes nothing, and not the second: the browser says where a form comes from.
 */
function isOfPage({ method, headers }: IncomingMessage): boolean {
  if (headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document') return false;
  if (method === 'GET') return headers.origin === undefined;
  return headers['sec-fetch-site'] === 'same-origin' && headers.origin === `http://${headers.host}`;
}

/** Whether `name` or `name:port` is one that leads to this machine, whatever the port. */
function isOwnName(host: string, hosts: readonly string[]): boolean {
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return LOOPBACK_NAMES.has(name) || hosts.some((each) => each.toLowerCase() === name);
}
