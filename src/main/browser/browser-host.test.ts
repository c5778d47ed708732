import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../shared/testing/eventually.ts';
import type { Handlers } from '../engine/ports/handlers.ts';
import { newKey, type Page, startTestHost, type TestHost, ticketIn } from '../testing/browser-host.ts';

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
  let test: TestHost;

  beforeEach(async () => {
    noteCancelled.mockClear();
    test = await startTestHost({ handlers: waitingHandlers(noteCancelled) });
  });
  afterEach(() => test.close());

  describe('the page', () => {
    it('is served at all its routes without a secret, with a content security policy that has a new nonce each time', async () => {
      const policies = new Set<string>();
      for (const path of ['/', '/launch', '/a/next.js', '/a/CORP%5Cana/eu-central-1']) {
        const { status, headers, body } = await test.ask(path);
        const policy = String(headers['content-security-policy']);
        const nonce = /'nonce-([\w-]+)'/.exec(policy)?.[1];
        expect(status).toBe(200);
        expect(body).toBe(`<meta property="csp-nonce" nonce="${nonce}">`);
        expect(policy).toContain("script-src 'self';");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toContain('unsafe-eval');
        expect(headers['cache-control']).toBe('no-store');
        policies.add(policy);
      }
      expect(policies.size).toBe(4);
    });

    it('has files that can be cached for a year, because their names contain a hash', async () => {
      const { headers, body } = await test.ask('/assets/index-abc.js');
      expect(body).toBe('let page;');
      expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
      expect(headers['cache-control']).toContain('immutable');
    });

    it('has an icon that is not fetched again after each navigation', async () => {
      const { status, headers } = await test.ask('/icon.svg');
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=86400']);
    });

    it('serves no file outside its folder', async () => {
      for (const path of [
        '/../secret.json',
        '/assets/../../secret.json',
        '/%2e%2e/secret.json',
        '/..%2fsecret.json',
        '/assets/..%5c..%5csecret.json',
        '/%00/secret.json',
        '/%zz.json',
        '//secret.json',
        '//',
      ]) {
        const { status, body } = await test.ask(path);
        expect([path, status]).toEqual([path, 404]);
        expect(body).not.toContain('true');
      }
    });

    it('answers 404 when a file name is too long or lies below a file', async () => {
      for (const path of [`/${'a'.repeat(300)}.js`, `/${'b/'.repeat(3000)}a.js`, '/icon.svg/x.js']) {
        expect([path.slice(0, 20), (await test.ask(path)).status]).toEqual([path.slice(0, 20), 404]);
      }
    });

    it('can only be read with GET', async () => {
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
        const { status, headers } = await test.ask('/', { method });
        expect([method, status, headers.allow]).toEqual([method, 405, 'GET, HEAD']);
      }
    });

    it('keeps other origins from loading its files and from keeping a handle on its window', async () => {
      for (const path of ['/', '/icon.svg', '/none.js']) {
        expect((await test.ask(path)).headers).toMatchObject({
          'cross-origin-resource-policy': 'same-origin',
          'cross-origin-opener-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
        });
      }
    });
  });

  it('sets no cookie and accepts no cookie as a key', async () => {
    const key = await test.admittedKey();
    for (const path of ['/', '/launch', '/icon.svg']) {
      expect((await test.ask(path)).headers).not.toHaveProperty('set-cookie');
    }
    expect((await test.admit(key)).headers).not.toHaveProperty('set-cookie');
    const cookie = `slipway=${key}; slipway-${test.port}=${key}`;
    await expect(test.openPage({ headers: { origin: test.origin, cookie } })).rejects.toThrow('401');
  });

  describe('a ticket', () => {
    it('is in the fragment of the address, which browsers do not send', async () => {
      const address = new URL(test.host.launchAddress(() => undefined));
      expect(address.origin + address.pathname + address.search).toBe(`${test.origin}/launch`);
      expect(ticketIn(address.href)).toMatch(/^[\w-]{43}$/);
    });

    it('accepts one key, reports that it was used, and is refused for another key', async () => {
      const used = vi.fn<() => void>();
      const ticket = ticketIn(test.host.launchAddress(used));
      const key = newKey();
      expect((await test.admit(key, ticket)).status).toBe(204);
      expect(used).toHaveBeenCalledOnce();
      const again = await test.admit(newKey(), ticket);
      expect([again.status, JSON.parse(again.body)]).toEqual([401, { reason: 'used-ticket' }]);
      expect(used).toHaveBeenCalledOnce();
    });

    it('is accepted again for the same key, so that a page whose answer was lost can ask once more', async () => {
      const ticket = ticketIn(test.host.launchAddress(() => undefined));
      const key = newKey();
      expect((await test.admit(key, ticket)).status).toBe(204);
      expect((await test.admit(key, ticket)).status).toBe(204);
    });

    it('is refused when it is wrong, and so is a key that was never accepted', async () => {
      const wrongTicket = await test.admit(newKey(), newKey());
      expect([wrongTicket.status, JSON.parse(wrongTicket.body)]).toEqual([401, { reason: 'unknown-ticket' }]);
      const wrongKey = await test.admit(newKey());
      expect([wrongKey.status, JSON.parse(wrongKey.body)]).toEqual([401, { reason: 'unknown-key' }]);
    });

    it('is accepted only from the app’s page, as a small JSON document sent with POST', async () => {
      const headers = { origin: test.origin, 'content-type': 'application/json' };
      const body = JSON.stringify({ key: newKey(), ticket: newKey() });
      const tries: readonly (readonly [number, Parameters<TestHost['ask']>[1]])[] = [
        [403, { method: 'POST', headers: { 'content-type': 'application/json' }, body }],
        [403, { method: 'POST', headers: { ...headers, origin: 'http://127.0.0.1:1' }, body }],
        [403, { method: 'POST', headers: { ...headers, 'sec-fetch-site': 'same-site' }, body }],
        [415, { method: 'POST', headers: { ...headers, 'content-type': 'text/plain' }, body }],
        [405, { method: 'GET', headers }],
        [400, { method: 'POST', headers, body: '{' }],
        [400, { method: 'POST', headers, body: '{"key":"short"}' }],
        [413, { method: 'POST', headers, body: 'x'.repeat(2000) }],
      ];
      for (const [status, options] of tries) {
        expect([options, (await test.ask('/session', options)).status]).toEqual([options, status]);
      }
    });
  });

  describe('another site', () => {
    it('cannot reach the page through a name of its own (DNS rebinding)', async () => {
      for (const host of [
        'evil.example',
        `evil.example:${test.port}`,
        '127.0.0.1.evil.example',
        'localhost.',
        '127.0.0.1.',
        '127.1',
        '[::ffff:127.0.0.1]',
        'ana@127.0.0.1',
        `127.0.0.1:${test.port}:80`,
      ]) {
        for (const path of ['/', '/icon.svg', '/launch', '/session']) {
          expect([host, path, (await test.ask(path, { headers: { host } })).status]).toEqual([
            host,
            path,
            403,
          ]);
        }
      }
    });

    it('cannot name this machine in another header than Host', async () => {
      for (const name of ['x-forwarded-host', 'forwarded', 'x-original-host']) {
        const headers = {
          host: 'evil.example',
          [name]: name === 'forwarded' ? 'host=127.0.0.1' : '127.0.0.1',
        };
        expect([name, (await test.ask('/', { headers })).status]).toEqual([name, 403]);
      }
    });

    it('is refused by its Origin, also from another port of this machine', async () => {
      for (const origin of [
        'https://evil.example',
        'http://127.0.0.1:1',
        `https://127.0.0.1:${test.port}`,
        'null',
      ]) {
        expect([origin, (await test.ask('/', { headers: { origin } })).status]).toEqual([origin, 403]);
      }
    });

    it('cannot embed the page or one of its files', async () => {
      for (const site of ['cross-site', 'same-site']) {
        for (const [mode, dest] of [
          ['no-cors', 'image'],
          ['no-cors', 'script'],
          ['navigate', 'iframe'],
          ['cors', 'empty'],
        ] as const) {
          const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest };
          expect([headers, (await test.ask('/', { headers })).status]).toEqual([headers, 403]);
        }
      }
    });

    it('can link to the page', async () => {
      const headers = {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
      };
      expect((await test.ask('/', { headers })).status).toBe(200);
    });

    it('is told apart from an SSH tunnel, which ends on another port', async () => {
      expect((await test.ask('/', { headers: { host: 'localhost:9000' } })).status).toBe(200);
      const protocols = ['slipway', `key.${await test.admittedKey()}`];
      const headers = { host: 'localhost:9000', origin: 'http://localhost:9000' };
      await test.openPage({ headers, protocols });
      expect(test.host.pages()).toBe(1);
    });
  });

  describe('the WebSocket', () => {
    it('is refused without an accepted key, and from another Origin, Host or path', async () => {
      const { origin } = test;
      const protocols = ['slipway', `key.${await test.admittedKey()}`];
      const attempts: readonly (readonly [number, Promise<Page>])[] = [
        [401, test.openPage({ headers: { origin } })],
        [401, test.openPage({ headers: { origin }, protocols: ['slipway', `key.${newKey()}`] })],
        [401, test.openPage({ headers: { origin }, protocols: ['slipway', 'key.'] })],
        [403, test.openPage({ protocols })],
        [403, test.openPage({ protocols, headers: { origin: 'https://evil.example' } })],
        [403, test.openPage({ protocols, headers: { origin: 'http://127.0.0.1:1' } })],
        [403, test.openPage({ protocols, headers: { origin, 'sec-fetch-site': 'same-site' } })],
        [403, test.openPage({ protocols, headers: { origin: 'http://evil.example', host: 'evil.example' } })],
        [404, test.openPage({ protocols, headers: { origin }, path: '/other' })],
      ];
      for (const [status, attempt] of attempts) await expect(attempt).rejects.toThrow(String(status));
      expect(test.host.pages()).toBe(0);
    });

    it('transports a call and its answer', async () => {
      const page = await test.openOwnPage();
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

    it('transports events, and a cancel that ends their call', async () => {
      const page = await test.openOwnPage();
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

    it('cancels the calls of a page that disconnects, and of no other page', async () => {
      const [going, staying] = [await test.openOwnPage(), await test.openOwnPage()];
      for (const page of [going, staying]) {
        page.send({ type: 'call', id: '1', method: 'prompts.watch', input: {} });
        await eventually(() => expect(page.frames).toHaveLength(1));
      }
      going.close();
      await eventually(() => expect(noteCancelled).toHaveBeenCalledOnce());
      expect(test.host.pages()).toBe(1);
      expect(staying.frames).toHaveLength(1);
    });

    it('closes when something other than a frame arrives', async () => {
      for (const junk of ['{', '[]', '{"type":"event"}', '{"type":"call","id":7}', '['.repeat(199_000)]) {
        const page = await test.openOwnPage();
        page.send(junk);
        expect([junk.slice(0, 30), await page.closed()]).toEqual([junk.slice(0, 30), 1007]);
      }
    });
  });

  it('disconnects a page that no longer answers pings, and keeps the others', async () => {
    await test.close();
    test = await startTestHost({ pingIntervalMs: 100 });
    await test.openOwnPage();
    const dead = await test.openOwnPage({ autoPong: false });
    expect(await dead.closed()).toBe(1006);
    await eventually(() => expect(test.host.pages()).toBe(1));
  });

  it('disconnects its pages when it closes', async () => {
    const page = await test.openOwnPage();
    page.send({ type: 'call', id: '1', method: 'prompts.watch', input: {} });
    await eventually(() => expect(page.frames).toHaveLength(1));
    await test.host.close();
    await page.closed();
    await eventually(() => expect(noteCancelled).toHaveBeenCalledOnce());
  });
});
