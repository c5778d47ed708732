import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type RawData, WebSocket } from 'ws';
import { BUILT_CODE_CACHE } from '../src/main/code-cache.ts';
import type { RequestFrame, ResponseFrame } from '../src/shared/frames.ts';
import {
  KEY_PROTOCOL_PREFIX,
  SESSION_PATH,
  SOCKET_PATH,
  SOCKET_PROTOCOL,
  TICKET_PARAMETER,
} from '../src/shared/page-session.ts';

const LONGEST_START_MS = 60_000;
const SANDBOX = { account: 'sandbox', region: 'us-east-1' };

/** What the first page asks: what its answers need is compiled too. */
const FIRST_CALLS: readonly (readonly [method: string, input: unknown])[] = [
  ['accounts.list', {}],
  ['overview.known', {}],
  ['accounts.identity', SANDBOX],
  ['clusters.list', SANDBOX],
  ['services.list', { ...SANDBOX, cluster: 'production' }],
  ['daemons.list', { ...SANDBOX, cluster: 'production' }],
  ['journal.list', { limit: 20 }],
];

/**
 * Starts the browser host of a fresh build once and ends it, so that Node keeps beside the build what V8 has compiled of
 * it: a first start of this build is then as quick as the later ones. Where that fails, only the gain is lost; the reason
 * is answered.
 */
export async function compileAhead(root: string): Promise<string | undefined> {
  const main = join(root, 'out', 'main');
  const data = mkdtempSync(join(tmpdir(), 'slipway-compile-'));
  mkdirSync(join(main, BUILT_CODE_CACHE), { recursive: true });
  const host = spawn(process.execPath, [join(main, 'serve.js'), '--sandbox', '--port', '0', '--no-open'], {
    env: { ...process.env, SLIPWAY_DATA: data },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: LONGEST_START_MS,
  });
  const ended = once(host, 'exit');
  try {
    await callAll(await addressOf(host));
    return undefined;
  } catch (error) {
    rmSync(join(main, BUILT_CODE_CACHE), { recursive: true, force: true });
    return error instanceof Error ? error.message : String(error);
  } finally {
    host.kill();
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}

async function addressOf(host: ChildProcess): Promise<URL> {
  if (host.stdout !== null) {
    for await (const line of createInterface({ input: host.stdout })) {
      const address = /http:\S+/.exec(line)?.[0];
      if (address !== undefined) return new URL(address);
    }
  }
  throw new Error('The browser host ended before it printed its address.');
}

/** Makes the calls as a page does, one after the other. */
async function callAll({ origin, host, hash }: URL): Promise<void> {
  const key = randomBytes(32).toString('base64url');
  const session = await fetch(`${origin}${SESSION_PATH}`, {
    method: 'POST',
    headers: { Origin: origin, 'Content-Type': 'application/json' },
    body: JSON.stringify({ key, ticket: new URLSearchParams(hash.slice(1)).get(TICKET_PARAMETER) }),
  });
  if (!session.ok) throw new Error(`The browser host answered ${session.status} to its own ticket.`);
  const socket = new WebSocket(
    `ws://${host}${SOCKET_PATH}`,
    [SOCKET_PROTOCOL, `${KEY_PROTOCOL_PREFIX}${key}`],
    { origin },
  );
  await once(socket, 'open');
  for (const [method, input] of FIRST_CALLS) await call(socket, method, input);
  socket.close();
}

async function call(socket: WebSocket, method: string, input: unknown): Promise<void> {
  const answered = Promise.withResolvers<void>();
  const listener = (data: RawData): void => {
    if (!Buffer.isBuffer(data)) return;
    const frame = JSON.parse(data.toString('utf8')) as ResponseFrame;
    if (frame.type !== 'answer') return;
    if (frame.answer.ok) answered.resolve();
    else answered.reject(new Error(`${method} failed: ${frame.answer.error.message}`));
  };
  socket.on('message', listener);
  socket.send(JSON.stringify({ type: 'call', id: method, method, input } satisfies RequestFrame));
  await answered.promise;
  socket.off('message', listener);
}
