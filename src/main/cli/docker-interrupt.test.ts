import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../sandbox/testing/registry.ts';
import { CLI } from '../engine/testing/cli-process.ts';

let folder: string;
let registry: TestRegistry;
const sockets = new Set<Socket>();
/** A Docker Engine that accepts connections and never answers. */
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined).resume();
  arrived.resolve();
});
let arrived = Promise.withResolvers<void>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-silent-'));
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
  registry = await startTestRegistry([{ repositoryName: 'web' }]);
  server.listen(join(folder, 'docker.sock'));
  await once(server, 'listening');
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await registry.close();
  await rm(folder, { recursive: true });
});

function start(method: string, input: object): ChildProcessByStdio<null, Readable, null> {
  arrived = Promise.withResolvers();
  const args = [CLI, 'call', method, JSON.stringify(input), '--sandbox', registry.endpoint];
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    SLIPWAY_DATA: join(folder, 'data'),
    DOCKER_HOST: `unix://${join(folder, 'docker.sock')}`,
  };
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
}

const target = { repository: 'web', tag: '1' };

it.each([
  ['docker.status', {}],
  ['docker.images', {}],
  ['docker.build', { ...target, dockerfile: 'Dockerfile', folder: '' }],
  ['docker.push', { ...target, account: 'sandbox', region: 'us-east-1', image: 'web:1' }],
])('one SIGINT ends %s while the Docker Engine is silent', async (method, input) => {
  const child = start(method, 'folder' in input ? { ...input, folder } : input);
  const ended = once(child, 'exit');
  const printed = text(child.stdout);
  await arrived.promise;
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(await printed).toContain('"code":"CANCELLED"');
});

it('docker.status ends by itself when the Docker Engine is silent', async () => {
  const child = start('docker.status', {});
  const ended = once(child, 'exit');
  const printed = text(child.stdout);
  expect(await ended).toEqual([0, null]);
  expect(await printed).toContain("doesn't answer");
});
