import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SOCKET_PATH } from '../shared/frames.ts';

const SERVE = join(import.meta.dirname, 'serve.ts');

describe('the browser host as a program', () => {
  let data: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'slipway-serve-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true, maxRetries: 3 });
  });

  function serve(...args: readonly string[]): ChildProcess {
    const env = { ...process.env, SLIPWAY_DATA: data };
    const child = spawn(process.execPath, [SERVE, '--sandbox', '--no-open', ...args], { env });
    children.push(child);
    return child;
  }

  async function addressOf(child: ChildProcess): Promise<URL> {
    if (child.stdout === null) throw new Error('It has no output.');
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /^Slipway is at (http:\S+)$/.exec(line)?.[1];
      if (address !== undefined) return new URL(address);
    }
    throw new Error('It printed no address.');
  }

  const exitOf = (child: ChildProcess): Promise<number | null> =>
    new Promise((resolve) => child.once('exit', resolve));

  it('prints where it is, lists the accounts to a page, and ends when it is told to', async () => {
    const child = serve();
    const address = await addressOf(child);
    const launch = await fetch(address, { redirect: 'manual' });
    const cookie = launch.headers.get('set-cookie')?.split(';')[0] ?? '';
    const socket = new WebSocket(`ws://${address.host}${SOCKET_PATH}`, {
      headers: { cookie, origin: address.origin },
    });
    const answer = await new Promise((resolve, reject) => {
      socket.addEventListener('error', () => reject(new Error('The WebSocket was refused.')));
      socket.addEventListener('message', ({ data: text }) => resolve(JSON.parse(String(text))));
      socket.addEventListener('open', () =>
        socket.send(JSON.stringify({ type: 'call', id: '1', method: 'accounts.list', input: {} })),
      );
    });
    expect(answer).toMatchObject({ answer: { ok: true, value: { accounts: [{ id: 'sandbox' }] } } });

    const exit = exitOf(child);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(readFileSync(join(data, 'slipway.log'), 'utf8')).not.toContain(address.pathname);
  });

  it('says that its port is taken', async () => {
    const { port } = await addressOf(serve());
    const second = serve('--port', port);
    const errors: string[] = [];
    second.stderr?.on('data', (text: Buffer) => errors.push(text.toString()));
    expect(await exitOf(second)).toBe(1);
    expect(errors.join('')).toContain('the port is taken');
  });
});
