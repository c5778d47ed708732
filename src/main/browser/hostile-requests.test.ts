import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../shared/testing/eventually.ts';
import { startTestHost, type TestHost } from '../testing/browser-host.ts';

/** More of them by hand: `SLIPWAY_FUZZ_REQUESTS=10000 npx vitest run --project node hostile-requests`. */
const REQUESTS = Number(process.env.SLIPWAY_FUZZ_REQUESTS ?? 1000);
const AT_ONCE = 250;
/** What is no whole request is answered after a moment. */
const LIMITS = { connections: 512, headersMs: 300, requestMs: 600, silenceMs: 600 };

describe('hostile requests to the browser host', () => {
  const errors: string[] = [];
  let test: TestHost;

  beforeEach(async () => {
    errors.length = 0;
    const logger = pino({ level: 'error' }, { write: (line: string) => errors.push(line) });
    test = await startTestHost({ logger, limits: LIMITS });
  });
  afterEach(() => test.close());

  it.each([
    ['an absolute target', 'GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['a target that is no URL', 'GET http://[::1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['two Host headers', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n'],
    ['no Host header', 'GET / HTTP/1.1\r\n\r\n'],
    ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01'],
    [
      'an upgrade with two Host headers',
      'GET /bridge HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
  ])('are answered with 400 when they have %s', async (_what, bytes) => {
    expect((await test.askRaw(bytes)).split('\r\n', 1)).toEqual(['HTTP/1.1 400 Bad Request']);
  });

  it('are answered with 431 when their headers are larger than 32 KiB', async () => {
    const bytes = `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${'a'.repeat(40_000)}\r\n\r\n`;
    expect(await test.askRaw(bytes)).toContain('HTTP/1.1 431 ');
  });

  it('do no harm when the client disconnects before the answer', async () => {
    for (const path of ['/', '/bridge', '/session']) {
      for (let times = 0; times < 20; times += 1) {
        const socket = connect(test.port, '127.0.0.1');
        await once(socket, 'connect');
        socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n`);
        socket.resetAndDestroy();
      }
    }
    expect((await test.ask('/')).status).toBe(200);
    expect(errors).toEqual([]);
  });

  it(`never end the process, cause no internal error, and never open a WebSocket (${REQUESTS} of them)`, async () => {
    const requests = fc.sample(hostileRequest(test.port), { numRuns: REQUESTS, seed: 20260301 });
    const statuses = new Map<string, number>();
    for (let next = 0; next < requests.length; next += AT_ONCE) {
      const answers = await Promise.all(
        requests.slice(next, next + AT_ONCE).map((bytes) => test.askRaw(bytes)),
      );
      for (const [index, answer] of answers.entries()) {
        const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'closed';
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const isHarmless = !/^(?:5|101)/.test(status);
        expect(isHarmless ? [] : [status, requests[next + index]]).toEqual([]);
      }
    }
    expect((await test.ask('/')).status).toBe(200);
    expect(test.host.pages()).toBe(0);
    expect(errors).toEqual([]);
    // The generator reaches every part of the host.
    expect([...statuses.keys()]).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '404', '405', '415', '431']),
    );
  });
});

describe('idle connections to the browser host', () => {
  let test: TestHost;

  beforeEach(async () => {
    test = await startTestHost({
      limits: { connections: 4, headersMs: 200, requestMs: 400, silenceMs: 400 },
    });
  });
  afterEach(() => test.close());

  it.each([
    ['sends nothing', ''],
    ['sends its headers slowly', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n'],
    [
      'sends its body slowly',
      'POST /session HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ],
  ])('are closed when a client %s', async (_what, bytes) => {
    const socket = connect(test.port, '127.0.0.1');
    const closed = endOf(socket);
    socket.write(bytes);
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  it('are refused above their limit, and accepted again when others were disconnected', async () => {
    const sockets = Array.from({ length: 20 }, () => connect(test.port, '127.0.0.1'));
    await Promise.all(sockets.map(endOf));
    await eventually(async () => expect((await test.ask('/')).status).toBe(200));
  });
});

/** Settles when the other end has closed a connection, or has reset it. */
function endOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => socket.destroy());
    socket.resume().once('close', () => resolve());
  });
}

/** A request as text: mostly well formed, with one part or another that is not. */
function hostileRequest(port: number): fc.Arbitrary<string> {
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  const junk = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll(/[\r\n]/g, ''));
  const method = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'TRACE', 'CONNECT'),
    },
    { weight: 1, arbitrary: fc.constantFrom('get', 'FETCH', 'PRI', 'M-SEARCH', '', 'G'.repeat(500)) },
  );
  const segment = fc.oneof(
    fc.constantFrom('', '.', '..', '%2e%2e', '%00', '%zz', '%5c', '\\', 'icon.svg', 'x.js', 'assets', 'a b'),
    fc.constantFrom('a'.repeat(300), `${'b'.repeat(5000)}.js`, 'index.html', '~', ';', '%E0%A4%A', 'con.js'),
    junk,
  );
  const target = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('/', '/bridge', '/session', '/launch', '/icon.svg', '/a/b') },
    { weight: 3, arbitrary: fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('//', '*', '', '?', '#', 'http://[::1', `${origin}/`, 'a:b', '\\\\x'),
    },
    { weight: 1, arbitrary: junk },
  );
  const oneHeader = fc.oneof(
    fc.constantFrom('Host: evil.example', `Host: ${host}`, 'Host:', 'Origin: null', 'Origin: http://[::1'),
    fc.constantFrom('Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'),
    fc.constantFrom('Content-Length: 5', 'Content-Length: -1', 'Content-Length: 99999999999999999999'),
    fc.constantFrom('Transfer-Encoding: chunked', 'Transfer-Encoding: gzip', 'Expect: 100-continue'),
    fc.constantFrom('Expect: 200-ok', 'Connection: close', 'Connection: Upgrade', 'Upgrade: h2c', 'no colon'),
    fc.constantFrom('Content-Type: application/json', 'Content-Type: text/plain', ' folded', ': nameless'),
    fc.constantFrom('Range: bytes=9-1', 'If-None-Match: *', 'Sec-WebSocket-Protocol: ,,key.', 'Te: x'),
    fc.constantFrom(`Cookie: ${'c'.repeat(40_000)}`, 'Accept-Encoding: \x80', '__proto__: x'),
    fc.tuple(junk, junk).map(([name, value]) => `${name}: ${value}`),
  );
  const upgrade = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: c2xpcHdheS1lMmUtdGVzdA==',
  ];
  const headers = fc
    .tuple(
      fc.constantFrom([`Host: ${host}`], [`Host: ${host}`, `Origin: ${origin}`], ['Host: localhost'], []),
      fc.constantFrom(
        [],
        [],
        upgrade,
        upgrade.slice(1),
        ['Content-Type: application/json'],
        ['Content-Type: application/json'],
      ),
      fc.oneof(fc.constant([]), fc.array(oneHeader, { maxLength: 3 })),
    )
    .map((parts) => parts.flat());
  const body = fc.oneof(
    fc.constantFrom(
      '',
      '',
      '{}',
      'null',
      '{"key":7}',
      '['.repeat(900),
      'x'.repeat(5000),
      '5\r\nhello\r\n0\r\n\r\n',
    ),
    fc.constant(JSON.stringify({ key: 'k'.repeat(43), ticket: 't'.repeat(43) })),
    junk,
  );
  const version = fc.oneof(
    { weight: 20, arbitrary: fc.constant('HTTP/1.1') },
    { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTPS/1.1', '') },
  );
  const whole = fc
    .tuple(method, target, version, headers, body, fc.boolean())
    .map(([verb, path, protocol, lines, content, saysLength]) => {
      const length =
        saysLength && content !== '' ? [`Content-Length: ${Buffer.byteLength(content, 'latin1')}`] : [];
      return [`${verb} ${path} ${protocol}`, ...lines, ...length, '', content].join('\r\n');
    });
  return fc.oneof(
    { weight: 16, arbitrary: whole },
    // Cut off anywhere, two on one connection, and no request at all.
    { weight: 2, arbitrary: fc.tuple(whole, fc.nat(400)).map(([text, end]) => text.slice(0, end)) },
    { weight: 2, arbitrary: fc.tuple(whole, whole).map((two) => two.join('')) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  );
}
