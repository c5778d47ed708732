import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  KEY_PROTOCOL_PREFIX,
  SESSION_PATH,
  SOCKET_PATH,
  SOCKET_PROTOCOL,
  TICKET_PARAMETER,
} from '../shared/page-session.ts';
import { eventually } from '../shared/testing/eventually.ts';
import { SERVE } from './engine/testing/cli-process.ts';

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

  /** The addresses that it prints, each once it is there. */
  async function* addressesOf(child: ChildProcess): AsyncGenerator<URL, never> {
    if (child.stdout === null) throw new Error('It has no output.');
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /Slipway is at (http:\S+)$/.exec(line)?.[1];
      if (address !== undefined) yield new URL(address);
    }
    throw new Error('It printed no address.');
  }

  async function addressOf(child: ChildProcess): Promise<URL> {
    return (await addressesOf(child).next()).value;
  }

  function admit({ origin, hash }: URL, key: string): Promise<Response> {
    return fetch(new URL(SESSION_PATH, origin), {
      method: 'POST',
      // A connection that is kept may just be closed by the host when the next request takes it.
      headers: { origin, 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ key, ticket: new URLSearchParams(hash.slice(1)).get(TICKET_PARAMETER) }),
    });
  }

  const exitOf = (child: ChildProcess): Promise<number | null> =>
    new Promise((resolve) => child.once('exit', resolve));

  it('prints its address, lists the accounts to a page, and ends on request', async () => {
    const child = serve();
    const address = await addressOf(child);
    const key = 'k'.repeat(43);
    await admit(address, key);
    const socket = new WebSocket(`ws://${address.host}${SOCKET_PATH}`, {
      headers: { origin: address.origin },
      protocols: [SOCKET_PROTOCOL, KEY_PROTOCOL_PREFIX + key],
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
    expect(readFileSync(join(data, 'slipway.log'), 'utf8')).not.toContain(key);
  });

  it('prints an address that opens one browser, and a new one after its use', async () => {
    const addresses = addressesOf(serve());
    const first = (await addresses.next()).value;
    expect((await admit(first, '1'.repeat(43))).status).toBe(204);
    const second = (await addresses.next()).value;
    expect(second.hash).not.toBe(first.hash);
    expect((await admit(first, '2'.repeat(43))).status).toBe(401);
    expect((await admit(second, '2'.repeat(43))).status).toBe(204);
  });

  it('continues when its output is closed', async () => {
    const child = serve();
    const address = await addressOf(child);
    child.stdout?.destroy();
    const key = '3'.repeat(43);
    expect((await admit(address, key)).status).toBe(204);
    await eventually(() => expect(readFileSync(join(data, 'slipway.log'), 'utf8')).toContain('EPIPE'));
    expect((await fetch(address)).status).toBe(200);
  });

  it('reports that its port is in use', async () => {
    const { port } = await addressOf(serve());
    const second = serve('--port', port);
    const errors: string[] = [];
    second.stderr?.on('data', (text: Buffer) => errors.push(text.toString()));
    expect(await exitOf(second)).toBe(1);
    expect(errors.join('')).toContain('the port is in use');
  });

  it('takes the port of its last start again, and a free one while that port is in use', async () => {
    const first = serve();
    const { port } = await addressOf(first);
    const beside = serve();
    expect((await addressOf(beside)).port).not.toBe(port);
    const ended = [exitOf(first), exitOf(beside)];
    first.kill('SIGTERM');
    beside.kill('SIGTERM');
    await Promise.all(ended);
    expect((await addressOf(serve())).port).toBe(port);
  });

  async function failure(...args: readonly string[]): Promise<string> {
    const child = serve(...args);
    const errors: string[] = [];
    child.stderr?.on('data', (text: Buffer) => errors.push(text.toString()));
    expect(await exitOf(child)).toBe(1);
    return errors.join('');
  }

  it('refuses an unknown option in one line, and ends', async () => {
    expect(await failure('--wat')).toBe(
      "Unknown option '--wat'. Slipway's options are --sandbox, --port N and --no-open.\n",
    );
  });

  it('ends with one line when its log file is a folder', async () => {
    mkdirSync(join(data, 'slipway.log'));
    expect(await failure()).toMatch(
      /^Slipway can't write its log .+: there is a folder in its place\. .+\n$/,
    );
  });

  it('ends with one line when its data folder cannot be made', async () => {
    const file = join(data, 'file');
    writeFileSync(file, '');
    data = join(file, 'data');
    expect(await failure()).toMatch(/^Slipway can't write its data folder .+\n$/);
  });

  it.runIf(existsSync('/dev/full'))('ends with one line when the disk is full', async () => {
    symlinkSync('/dev/full', join(data, 'slipway.log'));
    expect(await failure()).toMatch(/^Slipway can't write its log .+: the disk is full\. .+\n$/);
  });

  it('ends with one line, and a log that says more, when the engine cannot start', async () => {
    symlinkSync(join(data, 'gone', 'journal.sqlite'), join(data, 'journal.sqlite'));
    expect(await failure()).toMatch(
      /^Slipway can't use a database in its data folder: the file cannot be opened\. .+\n$/,
    );
    expect(readFileSync(join(data, 'slipway.log'), 'utf8')).toContain('The engine did not start');
  });
});
