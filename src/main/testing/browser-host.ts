import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Logger, pino } from 'pino';
import { WebSocket } from 'ws';
import { SOCKET_PATH } from '../../shared/page-session.ts';
import { type BrowserHost, startBrowserHost } from '../browser/browser-host.ts';
import { createDispatcher } from '../engine/ports/dispatcher.ts';
import type { Handlers } from '../engine/ports/handlers.ts';

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Page {
  readonly frames: unknown[];
  /** A text goes as it is, anything else as JSON. */
  send(frame: unknown): void;
  /** The close code, once it is closed. */
  closed(): Promise<number>;
  close(): void;
}

interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface PageOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly path?: string;
  readonly autoPong?: boolean;
}

/** A browser host over a small page, and a client that sends what no browser would let a page send. */
export interface TestHost {
  readonly host: BrowserHost;
  readonly origin: string;
  readonly port: number;
  ask(path: string, options?: AskOptions): Promise<Answer>;
  /** Writes these bytes on a connection of their own, and answers the first that comes back, or nothing. */
  askRaw(bytes: string): Promise<string>;
  /** Has a key accepted with a fresh ticket. */
  admittedKey(): Promise<string>;
  /** Asks for a key to be accepted. */
  admit(key: string, ticket?: string): Promise<Answer>;
  openPage(options: PageOptions): Promise<Page>;
  /** A page with a key, from the host's own origin. */
  openOwnPage(options?: PageOptions): Promise<Page>;
  close(): Promise<void>;
}

interface TestHostOptions {
  readonly handlers?: Partial<Handlers>;
  readonly pingIntervalMs?: number;
  readonly logger?: Logger;
  readonly limits?: NonNullable<Parameters<typeof startBrowserHost>[0]['limits']>;
}

export function newKey(): string {
  return randomBytes(32).toString('base64url');
}

/** The ticket of an address that the host has given. */
export function ticketIn(address: string): string {
  return new URLSearchParams(new URL(address).hash.slice(1)).get('ticket') ?? '';
}

export async function startTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-page-'));
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(join(folder, 'page', 'index.html'), '<meta property="csp-nonce" nonce="%CSP_NONCE%">');
  await writeFile(join(folder, 'page', 'icon.svg'), '<svg/>');
  await writeFile(join(folder, 'page', 'assets', 'index-abc.js'), 'let page;');
  await writeFile(join(folder, 'secret.json'), '{"secret": true}');
  const logger = options.logger ?? pino({ level: 'silent' });
  const host = await startBrowserHost({
    dispatcher: createDispatcher(options.handlers ?? {}, logger),
    pageFolder: join(folder, 'page'),
    port: 0,
    logger,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.pingIntervalMs === undefined ? {} : { pingIntervalMs: options.pingIntervalMs }),
  });
  const base = new URL(host.launchAddress(() => undefined));
  const port = Number(base.port);

  async function ask(path: string, { method = 'GET', headers = {}, body }: AskOptions = {}): Promise<Answer> {
    const asked = request({ host: '127.0.0.1', port, path, method, headers });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  function admit(key: string, ticket?: string): Promise<Answer> {
    return ask('/session', {
      method: 'POST',
      headers: { origin: base.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ key, ticket }),
    });
  }

  async function admittedKey(): Promise<string> {
    const key = newKey();
    await admit(key, ticketIn(host.launchAddress(() => undefined)));
    return key;
  }

  async function openPage(page: PageOptions): Promise<Page> {
    const socket = new WebSocket(
      `ws://127.0.0.1:${port}${page.path ?? SOCKET_PATH}`,
      [...(page.protocols ?? [])],
      {
        headers: page.headers ?? {},
        autoPong: page.autoPong ?? true,
      },
    );
    const frames: unknown[] = [];
    socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString())));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return {
      frames,
      send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
      closed: () => closed,
      close: () => socket.close(),
    };
  }

  return {
    host,
    origin: base.origin,
    port,
    ask,
    async askRaw(bytes) {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.on('data', (part) => {
        answer += part.toString('latin1');
        // A connection that could continue is ended; Node answers no more on one that was ended before.
        if (!answer.startsWith('HTTP/1.1 100 ')) socket.end();
      });
      // A host that is not interested any more may reset the connection; what it said before counts.
      socket.on('error', () => socket.destroy());
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(bytes, 'latin1');
      await closed;
      return answer;
    },
    admit,
    admittedKey,
    openPage,
    async openOwnPage(page = {}) {
      const protocols = ['slipway', `key.${await admittedKey()}`];
      return openPage({ headers: { origin: base.origin }, protocols, ...page });
    },
    async close() {
      await host.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
