import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { watchIdle } from './idle.ts';

async function listen(): Promise<{ server: ReturnType<typeof createServer>; address: string }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { server, address: `http://127.0.0.1:${port}/` };
}

it('a server that has nothing to answer is idle', async () => {
  const { server } = await listen();
  await expect(watchIdle(server)()).resolves.toBeUndefined();
});

it('a server is idle only once a request that has arrived is answered', async () => {
  const { server, address } = await listen();
  const idle = watchIdle(server);
  const arrived = Promise.withResolvers<ServerResponse>();
  server.on('request', (_request, response) => arrived.resolve(response));
  const answer = fetch(address);
  const response = await arrived.promise;

  const order: string[] = [];
  const isIdle = idle().then(() => order.push('idle'));
  response.once('finish', () => order.push('answered'));
  response.end('a page');
  await isIdle;
  await (await answer).text();
  expect(order).toEqual(['answered', 'idle']);
});

it('a request that is never answered does not keep a server from being idle', async () => {
  const { server, address } = await listen();
  const idle = watchIdle(server);
  const arrived = Promise.withResolvers<ServerResponse>();
  server.on('request', (_request, response) => arrived.resolve(response));
  const answer = fetch(address);
  const response = await arrived.promise;
  await expect(idle()).resolves.toBeUndefined();
  expect(response.writableEnded).toBe(false);
  response.end();
  await answer;
});

/** A server whose requests are answered as soon as the test says. */
function answered(url: string, server: EventEmitter): void {
  const response = new EventEmitter();
  server.emit('request', { url }, response);
  response.emit('close');
}

async function isIdleSoon(idle: () => Promise<void>): Promise<boolean> {
  let isIdle = false;
  void idle().then(() => {
    isIdle = true;
  });
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  return isIdle;
}

it('a server whose page is being opened waits for the requests of its files', async () => {
  const server = createServer();
  const idle = watchIdle(server, { nextFileMs: 60_000, longestPageMs: 60_000 });
  answered('/icon.svg', server);
  expect(await isIdleSoon(idle)).toBe(true);
  answered('/launch', server);
  expect(await isIdleSoon(idle)).toBe(false);
});

it('a server whose page has its files is idle', async () => {
  const server = createServer();
  const idle = watchIdle(server, { nextFileMs: 0, longestPageMs: 60_000 });
  answered('/launch', server);
  answered('/assets/index.js', server);
  await expect(idle()).resolves.toBeUndefined();
});
