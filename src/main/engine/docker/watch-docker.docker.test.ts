import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { DockerChange } from '../../../shared/model/docker.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { createTestImages, TEST_DOCKER_HOST } from '../testing/docker-images.ts';
import { createDockerConnection } from './connection.ts';
import { watchDocker } from './watch-docker.ts';

const ENGINE_SOCKET = TEST_DOCKER_HOST?.replace('unix://', '') ?? '';

/** The real Engine at an address that comes and goes. */
function createDoor(path: string) {
  let server: Server | undefined;
  const sockets = new Set<Socket>();
  return {
    async open(): Promise<void> {
      server = createServer((outer) => {
        const inner = connectSocket(ENGINE_SOCKET);
        for (const socket of [outer, inner]) sockets.add(socket.on('error', () => undefined));
        outer.on('close', () => inner.destroy()).pipe(inner);
        inner.on('close', () => outer.destroy()).pipe(outer);
      });
      const listening = Promise.withResolvers<void>();
      server.listen(path, listening.resolve);
      await listening.promise;
    },
    close(): void {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      server?.close();
    },
  };
}

describe.skipIf(TEST_DOCKER_HOST === undefined)('a watch of a real Docker Engine', () => {
  const images = createTestImages();
  afterEach(() => images.removeAll());

  it('tells when an image is made and removed, when the Engine goes, and when it is back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-events-'));
    const door = createDoor(join(folder, 'docker.sock'));
    await door.open();
    const environment = { DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` };
    const told: DockerChange[] = [];
    const stop = new AbortController();
    const watching = watchDocker(createDockerConnection({ environment, secrets: createKnownSecrets() }), {
      signal: stop.signal,
      emit: (change) => void told.push(change),
      pauses: { firstRetry: 10, longestRetry: 100, address: 1000 },
    }).catch((error: unknown) => error);
    const states = () => told.flatMap((change) => (change.kind === 'status' ? change.status.state : []));
    const changes = () => told.filter(({ kind }) => kind === 'images').length;

    await eventually(() => expect([states(), changes()]).toEqual([['connected'], 1]));
    images.willMake('slipway-test/watched:1');
    await images.docker.importImage(Readable.from([Buffer.alloc(1024)]), {
      repo: 'slipway-test/watched',
      tag: '1',
    });
    await eventually(() => expect(changes()).toBe(2));
    await images.docker.getImage('slipway-test/watched:1').remove();
    await eventually(() => expect(changes()).toBe(3));
    door.close();
    await eventually(() => expect(states()).toEqual(['connected', 'unavailable']));
    await door.open();
    await eventually(() => expect(states()).toEqual(['connected', 'unavailable', 'connected']));
    stop.abort();
    expect(await watching).toMatchObject({ code: 'CANCELLED' });
    door.close();
    await rm(folder, { recursive: true });
  });
});
