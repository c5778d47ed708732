import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeFifo } from '../engine/testing/crafted-repositories.ts';
import * as standIn from '../testing/electron-stand-in.ts';
import { registerAppScheme, serveAppProtocol, serveDevelopedPage } from './app-protocol.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

describe('app://', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-page-'));
    mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
    writeFileSync(join(folder, 'page', 'index.html'), '<meta nonce="%CSP_NONCE%">');
    writeFileSync(join(folder, 'page', 'assets', 'index-abc.css'), 'body {}');
    writeFileSync(join(folder, 'secret.json'), 'hush');
  });
  beforeEach(() => {
    registerAppScheme();
    serveAppProtocol(join(folder, 'page'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function ask(url: string, method = 'GET'): Promise<Response> {
    const [scheme, handler] = standIn.protocol.handle.mock.lastCall ?? [];
    expect(scheme).toBe('app');
    if (handler === undefined) throw new Error('app:// is not served.');
    return handler(new Request(url, { method }));
  }

  it('is a standard and secure scheme whose compiled scripts are cached', () => {
    expect(standIn.protocol.registerSchemesAsPrivileged).toHaveBeenCalledExactlyOnceWith([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
      },
    ]);
  });

  it('serves the page at its routes, with the nonce of its content security policy', async () => {
    const answer = await ask('app://slipway/a/prod/eu-central-1');
    const policy = answer.headers.get('content-security-policy');
    const nonce = /nonce="([\w-]+)"/.exec(await answer.text())?.[1];
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("connect-src 'self';");
  });

  it('serves the files of the build with their type', async () => {
    const answer = await ask('app://slipway/assets/index-abc.css');
    expect(answer.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(await answer.text()).toBe('body {}');
  });

  it('serves no file outside the build', async () => {
    for (const path of ['/..%2fsecret.json', '/assets/..%5c..%5csecret.json', '/%2e%2e%2fsecret.json']) {
      const answer = await ask(`app://slipway${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });

  it.runIf(process.platform !== 'win32')(
    'serves no pipe and no device, which would hold up the whole process',
    async () => {
      await makeFifo(join(folder, 'page', 'assets', 'pipe.js'));
      symlinkSync('/dev/zero', join(folder, 'page', 'zero.json'));
      for (const path of ['/assets/pipe.js', '/zero.json']) {
        expect([path, (await ask(`app://slipway${path}`)).status]).toEqual([path, 404]);
      }
    },
  );

  it('refuses other hosts and all methods but GET', async () => {
    expect((await ask('app://other/index.html')).status).toBe(403);
    expect((await ask('app://slipway/', 'POST')).status).toBe(403);
  });

  it('serves the page of the development server at the same address, and still refuses another host', async () => {
    const server = createServer((request, response) => response.end(`from ${request.url}`)).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    serveDevelopedPage(`http://127.0.0.1:${port}`);
    expect(await (await ask('app://slipway/src/main.tsx?t=1')).text()).toBe('from /src/main.tsx?t=1');
    expect((await ask('app://other/src/main.tsx')).status).toBe(403);
    server.close();
  });
});
