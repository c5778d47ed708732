import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../start.ts';
import { getOf, sendRaw } from '../testing/raw-requests.ts';
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts';
import { readBody } from './request-body.ts';

const errors: unknown[] = [];
type LoopbackServerOptions = Parameters<typeof listenOnLoopback>[1];

const logger: LoopbackServerOptions['logger'] = {
  warn: () => undefined,
  error: (fields) => errors.push(fields.err),
};

describe('a request to the sandbox', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ scenario: 'empty', hosts: ['Host.Docker.Internal'], logger });
  });
  afterAll(() => sandbox.close());
  const statusOf = async (request: string) => (await sendRaw(sandbox.endpoint, request)).status;

  it.each([
    'http://[::1',
    'http://[::1/',
    'http://',
    'http://a:99999/',
    '*',
    'v2/',
    'https://127.0.0.1/',
    'ftp://x/',
    '?',
  ])('is refused with 400 when its target is not a path: %s', async (target) => {
    expect(await statusOf(getOf(target))).toBe(400);
    expect(await statusOf(getOf('/v2/'))).toBe(401);
  });

  it.each([
    '//',
    '///',
    '//v2/',
    '//[::1',
    '/http://[::1',
    '/%',
    '/%zz',
    '/..',
    '/.//',
    '/\\',
    '/?a=%',
    '/layers/%',
    '/layers//',
  ])('is answered when its target is an unusual path: %s', async (target) => {
    const status = await statusOf(getOf(target));
    expect([400, 401, 403, 404]).toContain(status);
  });

  it('can have an absolute address as target, as with a proxy', async () => {
    const { endpoint } = sandbox;
    expect(await statusOf(getOf(`${endpoint}/v2/`))).toBe(401);
    expect(await statusOf(getOf('HTTP://localhost/v2/'))).toBe(401);
    expect(await statusOf(getOf('http://evil.example/v2/'))).toBe(400);
  });

  it('is refused with 403 for every host name except loopback and allowed ones', async () => {
    for (const host of ['127.0.0.1', 'LOCALHOST:80', '[::1]:4566', 'host.docker.internal:4566']) {
      expect([host, await statusOf(getOf('/v2/', [`host: ${host}`]))]).toEqual([host, 401]);
    }
    for (const host of [
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost.evil.example:80',
      '0.0.0.0',
      '[::]',
      'localhost@evil',
      'localhost.',
      '127.0.0.1.',
      '127.1',
      '[::ffff:127.0.0.1]',
      '127.0.0.1:80:80',
      '',
    ]) {
      for (const path of ['/v2/', '/', '/layers/x']) {
        expect([host, path, await statusOf(getOf(path, [`host: ${host}`]))]).toEqual([host, path, 403]);
      }
    }
  });

  it('is refused with 400 for two Host headers, or none', async () => {
    expect(await statusOf(getOf('/v2/', ['host: localhost', 'host: localhost']))).toBe(400);
    expect(await statusOf(getOf('/v2/', ['host: localhost', 'Host: evil.example']))).toBe(400);
    expect(await statusOf(getOf('/v2/', []))).toBe(400);
    expect(await statusOf(getOf('/v2/', ['host: evil.example', 'x-forwarded-host: localhost']))).toBe(403);
    expect(await statusOf('GET /v2/ HTTP/1.0\r\n\r\n')).toBe(400);
  });

  it('is refused with 403 when any web page sends it', async () => {
    for (const header of [
      'origin: https://evil.example',
      'origin: null',
      'origin: http://127.0.0.1:8000',
      `origin: ${sandbox.endpoint}`,
      'sec-fetch-site: cross-site',
      'sec-fetch-site: same-site',
      'sec-fetch-site: same-origin',
    ]) {
      expect([header, await statusOf(getOf('/v2/', ['host: localhost', header]))]).toEqual([header, 403]);
    }
    expect(await statusOf(getOf('/v2/', ['host: localhost', 'sec-fetch-site: none']))).toBe(401);
  });

  it('is refused with 431 for more than 100 headers, or too long ones', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => `a${index}:`);
    expect(await statusOf(getOf('/', ['host: localhost', ...many]))).toBe(431);
    expect(await statusOf(getOf('/', ['host: localhost', `a: ${'a'.repeat(20_000)}`]))).toBe(431);
    expect(await statusOf(getOf(`/${'a'.repeat(20_000)}`))).toBe(431);
  });

  it('is refused with 400 when it requests a tunnel, or is not HTTP', async () => {
    expect(await statusOf('CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n')).toBe(400);
    expect(await statusOf('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 tls?\r\n\r\n')).toBe(400);
    expect(await statusOf('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).toBe(400);
  });

  it('never leaves an error in the log', () => {
    expect(errors).toEqual([]);
  });

  it('cannot switch to another protocol', async () => {
    const upgrade = [
      'host: localhost',
      'upgrade: websocket',
      'connection: upgrade',
      'sec-websocket-version: 13',
    ];
    expect((await sendRaw(sandbox.endpoint, getOf('/v2/', upgrade))).text).not.toContain(' 101 ');
  });
});

describe('a server on the loopback', () => {
  let server: LoopbackServer;
  const start = async (options: Partial<LoopbackServerOptions> = {}) => {
    server = await listenOnLoopback(0, { logger, ...options });
    return `http://${server.host}`;
  };
  afterEach(() => server.close());

  it('answers 500, logs the error and continues when a handler fails', async () => {
    const endpoint = await start();
    const failure = new Error('a bug');
    server.handle(async () => {
      throw failure;
    });
    expect((await sendRaw(endpoint, getOf('/'))).status).toBe(500);
    server.handle(() => {
      throw failure;
    });
    expect((await sendRaw(endpoint, getOf('/'))).status).toBe(500);
    server.handle(async (_request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half');
      throw failure;
    });
    expect((await sendRaw(endpoint, getOf('/'))).text).not.toContain('a bug');
    expect(errors.splice(0)).toEqual([failure, failure, failure]);
  });

  it('closes a connection that is silent within a request', async () => {
    const endpoint = await start({ silenceMs: 50 });
    const outcome = Promise.withResolvers<unknown>();
    server.handle(async (request) => {
      outcome.resolve(await readBody(request, { bytes: 100 }).catch((error: unknown) => error));
    });
    const half = 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{';
    expect((await sendRaw(endpoint, half)).status).toBe(0);
    expect(await outcome.promise).toMatchObject({ code: 'ECONNRESET' });
    expect(errors).toEqual([]);
  });

  it('gives up on a body that takes too long, even if it arrives steadily', async () => {
    const endpoint = await start();
    const outcome = Promise.withResolvers<unknown>();
    server.handle(async (request, response) => {
      outcome.resolve(await readBody(request, { bytes: 1000, milliseconds: 50 }));
      response.writeHead(408, { connection: 'close' }).end();
    });
    const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n');
    const trickle = setInterval(() => socket.write('a'), 5);
    expect(await outcome.promise).toEqual({ outcome: 'too-slow' });
    clearInterval(trickle);
    socket.destroy();
  });
});
