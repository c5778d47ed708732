import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../../shared/eventually.fixture.ts';
import { SOCKET_PATH } from '../../shared/frames.ts';
import { createDispatcher } from '../engine/dispatcher.ts';
import type { Handlers } from '../engine/handlers.ts';
import { type BrowserHost, startBrowserHost } from './browser-host.ts';

const logger = pino({ level: 'silent' });

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const QUESTION = {
  id: '6f0e8a34-98c5-4c33-93a2-1d4d5a3d7c10',
  kind: 'mfa-code',
  question: 'The MFA code, please.',
  over: false,
} as const;

/** A handler that waits until it is cancelled, and notes that. */
function waitingHandlers(noteCancelled: () => void): Partial<Handlers> {
  return {
    'app.info': async () => ({ version: '1.2.3', host: 'browser', nativeDialogs: false }),
    'prompts.watch': async (_input, { signal, emit }) => {
      emit(QUESTION);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      noteCancelled();
      signal.throwIfAborted();
      return {};
    },
  };
}

describe('browser host', () => {
  const noteCancelled = vi.fn<() => void>();
  let folder: string;
  let host: BrowserHost;
  let base: URL;

  beforeEach(async () => {
    noteCancelled.mockClear();
    folder = await mkdtemp(join(tmpdir(), 'slipway-page-'));
    await mkdir(join(folder, 'page', 'assets'), { recursive: true });
    await writeFile(join(folder, 'page', 'index.html'), '<meta property="csp-nonce" nonce="%CSP_NONCE%">');
    await writeFile(join(folder, 'page', 'assets', 'index-abc.js'), 'let page;');
    await writeFile(join(folder, 'secret.json'), '{"secret": true}');
    await start();
  });

  async function start(options: { readonly pingIntervalMs?: number } = {}): Promise<void> {
    host = await startBrowserHost({
      dispatcher: createDispatcher(waitingHandlers(noteCancelled), logger),
      pageFolder: join(folder, 'page'),
      port: 0,
      logger,
      ...options,
    });
    base = new URL(host.address);
  }

  afterEach(async () => {
    await host.close();
    await rm(folder, { recursive: true });
  });

  /** A raw request: unlike fetch, it sends any Host and any path as they are given. */
  function get(
    path: string,
    headers: Readonly<Record<string, string>> = {},
    method = 'GET',
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: base.hostname, port: base.port, path, method, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const { statusCode: status, headers: got } = response;
          resolve({ status, headers: got, body: Buffer.concat(parts).toString() });
        });
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  async function launch(): Promise<string> {
    const { headers } = await get(base.pathname);
    return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  }

  interface Page {
    readonly frames: unknown[];
    send(frame: unknown): void;
    closed(): Promise<number>;
    /** Settles with the first ping. */
    pinged(): Promise<void>;
    /** Settles with the first frame. */
    received(): Promise<void>;
    close(): void;
  }

  async function openPage(
    headers: Readonly<Record<string, string>>,
    { path = SOCKET_PATH, autoPong = true } = {},
  ): Promise<Page> {
    const socket = new WebSocket(`ws://${base.host}${path}`, { headers, autoPong });
    const frames: unknown[] = [];
    socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString())));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    const pinged = new Promise<void>((resolve) => socket.once('ping', () => resolve()));
    const received = new Promise<void>((resolve) => socket.once('message', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return {
      frames,
      send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
      closed: () => closed,
      pinged: () => pinged,
      received: () => received,
      close: () => socket.close(),
    };
  }

  const openOwnPage = async (): Promise<Page> => openPage({ cookie: await launch(), origin: base.origin });

  describe('the launch address', () => {
    it('becomes a cookie that scripts and other sites cannot use, and leads to the page', async () => {
      const { status, headers } = await get(base.pathname);
      expect(status).toBe(303);
      expect(headers.location).toBe('/');
      expect(headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict$/);
    });

    it('opens again while the host runs', async () => {
      await launch();
      expect((await get('/', { cookie: await launch() })).status).toBe(200);
    });

    it('is needed: no cookie, a wrong one and a wrong token are refused with a sentence', async () => {
      const cookie = await launch();
      for (const answer of [
        await get('/'),
        await get('/', { cookie: `${cookie}x` }),
        await get('/launch/guessed'),
        await get('/assets/index-abc.js'),
      ]) {
        expect(answer.status).toBe(403);
        expect(answer.body).toContain('the address that Slipway printed');
      }
    });
  });

  describe('the page', () => {
    it('is served with its routes, under a policy with a fresh nonce each time', async () => {
      const cookie = await launch();
      const policies = new Set<string>();
      for (const path of ['/', '/a/prod/eu-central-1/images/web:1.4.2']) {
        const { status, headers, body } = await get(path, { cookie });
        const policy = String(headers['content-security-policy']);
        const nonce = /'nonce-([\w-]+)'/.exec(policy)?.[1];
        expect(status).toBe(200);
        expect(body).toBe(`<meta property="csp-nonce" nonce="${nonce}">`);
        expect(policy).toContain("script-src 'self';");
        expect(policy).not.toContain('unsafe-eval');
        expect(headers['cache-control']).toBe('no-store');
        policies.add(policy);
      }
      expect(policies.size).toBe(2);
    });

    it('has files that may be cached for good, because their names carry a hash', async () => {
      const { headers, body } = await get('/assets/index-abc.js', { cookie: await launch() });
      expect(body).toBe('let page;');
      expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
      expect(headers['cache-control']).toContain('immutable');
    });

    it('ends at its folder', async () => {
      const cookie = await launch();
      for (const path of [
        '/../secret.json',
        '/assets/../../secret.json',
        '/%2e%2e/secret.json',
        '/..%2fsecret.json',
        '/assets/..%5c..%5csecret.json',
        '/%00/secret.json',
        '/%zz.json',
        '//secret.json',
      ]) {
        const { status, body } = await get(path, { cookie });
        expect([path, status]).toEqual([path, 404]);
        expect(body).not.toContain('true');
      }
    });

    it('is only read', async () => {
      expect((await get('/', { cookie: await launch() }, 'POST')).status).toBe(405);
    });
  });

  describe('another site', () => {
    it('cannot reach the page through a name of its own (DNS rebinding)', async () => {
      const cookie = await launch();
      for (const name of ['evil.example', `evil.example:${base.port}`, '127.0.0.1.evil.example']) {
        expect([name, (await get('/', { cookie, host: name })).status]).toEqual([name, 403]);
        expect((await get(base.pathname, { host: name })).status).toBe(403);
      }
    });

    it('cannot reach it by its Origin, not even one on this machine', async () => {
      const cookie = await launch();
      for (const origin of ['https://evil.example', 'http://127.0.0.1:1', `https://${base.host}`, 'null']) {
        expect([origin, (await get('/', { cookie, origin })).status]).toEqual([origin, 403]);
      }
    });

    it('is not an SSH tunnel, which ends on a port of its own', async () => {
      const cookie = await launch();
      expect((await get('/', { cookie, host: 'localhost:9000' })).status).toBe(200);
    });
  });

  describe('the WebSocket', () => {
    it('is refused without the cookie, and from another Origin, Host or path', async () => {
      const cookie = await launch();
      const { origin } = base;
      const attempts: readonly Promise<Page>[] = [
        openPage({ origin }),
        openPage({ origin, cookie: 'slipway=guessed' }),
        openPage({ cookie }),
        openPage({ cookie, origin: 'https://evil.example' }),
        openPage({ cookie, origin: 'http://evil.example', host: 'evil.example' }),
        openPage({ cookie, origin }, { path: '/other' }),
      ];
      const results = await Promise.allSettled(attempts);
      for (const result of results) {
        expect(result).toMatchObject({
          status: 'rejected',
          reason: { message: expect.stringContaining('403') },
        });
      }
      expect(host.pages()).toBe(0);
    });

    it('carries a call and its answer', async () => {
      const page = await openOwnPage();
      page.send({ type: 'call', id: '1', method: 'app.info', input: {} });
      await eventually(() =>
        expect(page.frames).toEqual([
          {
            type: 'answer',
            id: '1',
            answer: { ok: true, value: { version: '1.2.3', host: 'browser', nativeDialogs: false } },
          },
        ]),
      );
    });

    it('carries events, and a cancel that ends their call', async () => {
      const page = await openOwnPage();
      page.send({ type: 'call', id: '1', method: 'prompts.watch', input: {} });
      await eventually(() => expect(page.frames).toEqual([{ type: 'event', id: '1', event: QUESTION }]));
      page.send({ type: 'cancel', id: '1' });
      await eventually(() =>
        expect(page.frames[1]).toMatchObject({
          type: 'answer',
          id: '1',
          answer: { ok: false, error: { code: 'CANCELLED' } },
        }),
      );
    });

    it('cancels the calls of a page that goes away, and of no other', async () => {
      const [going, staying] = [await openOwnPage(), await openOwnPage()];
      for (const page of [going, staying]) {
        page.send({ type: 'call', id: '1', method: 'prompts.watch', input: {} });
        await eventually(() => expect(page.frames).toHaveLength(1));
      }
      going.close();
      await eventually(() => expect(noteCancelled).toHaveBeenCalledOnce());
      expect(host.pages()).toBe(1);
      expect(staying.frames).toHaveLength(1);
    });

    it('ends when something else than a frame comes', async () => {
      for (const junk of ['{', '[]', '{"type":"event"}', '{"type":"call","id":7}']) {
        const page = await openOwnPage();
        page.send(junk);
        expect([junk, await page.closed()]).toEqual([junk, 1007]);
      }
    });
  });

  it('cuts off a page that no longer answers a ping, and keeps those that do', async () => {
    await host.close();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const pingIntervalMs = 100;
    await start({ pingIntervalMs });
    const own = { cookie: await launch(), origin: base.origin };
    const alive = await openPage(own);
    const dead = await openPage(own, { autoPong: false });
    vi.advanceTimersByTime(pingIntervalMs);
    await alive.pinged();
    // The answer to the ping comes before this call, on the same connection.
    alive.send({ type: 'call', id: '1', method: 'app.info', input: {} });
    await alive.received();
    vi.advanceTimersByTime(pingIntervalMs);
    expect(await dead.closed()).toBe(1006);
    vi.useRealTimers();
    await eventually(() => expect(host.pages()).toBe(1));
  });

  it('ends its pages when it closes', async () => {
    const page = await openOwnPage();
    page.send({ type: 'call', id: '1', method: 'prompts.watch', input: {} });
    await eventually(() => expect(page.frames).toHaveLength(1));
    await host.close();
    await page.closed();
    await eventually(() => expect(noteCancelled).toHaveBeenCalledOnce());
  });
});
