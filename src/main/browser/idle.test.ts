import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
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

it('a page that is being opened has all its files before a server is idle', async () => {
  const { server, address } = await listen();
  const idle = watchIdle(server);
  const order: string[] = [];
  server.on('request', (request, response) => {
    order.push(request.url ?? '');
    response.end('a part of the page');
  });
  await (await fetch(`${address}launch`)).text();
  const isIdle = idle().then(() => order.push('idle'));
  await (await fetch(`${address}first.js`)).text();
  await (await fetch(`${address}second.js`)).text();
  await isIdle;
  expect(order).toEqual(['/launch', '/first.js', '/second.js', 'idle']);
});
