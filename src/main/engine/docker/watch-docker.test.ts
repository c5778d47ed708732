import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DockerChange } from '../../../shared/model/docker.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { createDockerConnection } from './connection.ts';
import { watchDocker } from './watch-docker.ts';

const PAUSES = { firstRetry: 1, longestRetry: 10, address: 5 };
const LIMITS = { answer: 100, heartbeat: 5 };

let folder: string;
let cleanups: (() => Promise<void>)[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-events-'));
  cleanups = [];
});
afterEach(async () => {
  for (const cleanup of cleanups) await cleanup();
  await rm(folder, { recursive: true });
});

/** An Engine of a version at a socket. Without `hasEvents` it is one behind a proxy that refuses them. */
async function startEngine(name: string, version: string, hasEvents = true) {
  const asked: string[] = [];
  const listeners = new Set<ServerResponse>();
  const server: Server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    asked.push(path);
    if (path === '/version') {
      response.end(JSON.stringify({ Version: version, Os: 'linux', Arch: 'amd64' }));
    } else if (path === '/events' && hasEvents) {
      response.writeHead(200).flushHeaders();
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
    } else response.writeHead(403).end(JSON.stringify({ message: 'forbidden' }));
  });
  const path = join(folder, name);
  await new Promise<void>((listening) => server.listen(path, listening));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  cleanups.push(() => (server.listening ? stop() : Promise.resolve()));
  return {
    asked,
    listeners,
    stop,
    say(...events: readonly object[]) {
      for (const each of listeners) for (const event of events) each.write(`${JSON.stringify(event)}\n`);
    },
  };
}

/** What a watch tells until the test ends. The address can be changed meanwhile. */
function startWatch(environment: { DOCKER_HOST: string }) {
  const told: DockerChange[] = [];
  const stop = new AbortController();
  const connect = createDockerConnection({ environment, secrets: createKnownSecrets() }, LIMITS);
  const watching = watchDocker(connect, {
    signal: stop.signal,
    emit: (change) => void told.push(change),
    pauses: PAUSES,
  }).catch((error: unknown) => error);
  cleanups.unshift(async () => {
    stop.abort();
    expect(await watching).toMatchObject({ code: 'CANCELLED' });
  });
  return {
    told,
    states: () =>
      told.flatMap((change) => {
        if (change.kind !== 'status') return [];
        return change.status.state === 'connected' ? change.status.version : change.status.state;
      }),
    images: () => told.filter(({ kind }) => kind === 'images').length,
  };
}

const socketOf = (name: string) => ({ DOCKER_HOST: `unix://${join(folder, name)}` });

describe('a watch of the Docker Engine', () => {
  it('tells the state and each change of images, and asks for nothing while it listens', async () => {
    const engine = await startEngine('docker.sock', '27.0');
    const watch = startWatch(socketOf('docker.sock'));
    await eventually(() => expect([watch.states(), watch.images()]).toEqual([['27.0'], 1]));
    // On a busy machine the watch asks whether the Engine is still there before its events are open.
    const asked = [...engine.asked];
    expect(asked).toContain('/events');
    expect(asked.at(-1)).toBe('/version');
    engine.say({ Type: 'container', Action: 'start' }, { Type: 'image', Action: 'push' });
    engine.say({ Type: 'image', Action: 'tag' }, { Type: 'image', Action: 'untag' });
    await eventually(() => expect(watch.images()).toBe(2));
    expect(engine.asked).toEqual(asked);
    expect(watch.states()).toEqual(['27.0']);
  });

  it('tells that an Engine has ended, and that it is back', async () => {
    const first = await startEngine('docker.sock', '27.0');
    const watch = startWatch(socketOf('docker.sock'));
    await eventually(() => expect(first.listeners.size).toBe(1));
    await first.stop();
    await eventually(() => expect(watch.states()).toEqual(['27.0', 'unavailable']));
    const second = await startEngine('docker.sock', '27.1');
    await eventually(() => expect(second.listeners.size).toBe(1));
    await eventually(() => expect(watch.states()).toEqual(['27.0', 'unavailable', '27.1']));
    await eventually(() => expect(watch.images()).toBe(2));
  });

  it('listens to another Engine when the configuration names one', async () => {
    const [first] = [await startEngine('one.sock', '1.0'), await startEngine('two.sock', '2.0')];
    const environment = socketOf('one.sock');
    const watch = startWatch(environment);
    await eventually(() => expect(watch.states()).toEqual(['1.0']));
    environment.DOCKER_HOST = socketOf('two.sock').DOCKER_HOST;
    await eventually(() => expect(watch.states()).toEqual(['1.0', '2.0']));
    await eventually(() => expect(first.listeners.size).toBe(0));
  });

  it('tells the state of an Engine that gives no events', async () => {
    await startEngine('docker.sock', '27.0', false);
    const watch = startWatch(socketOf('docker.sock'));
    await eventually(() => expect(watch.states()).toEqual(['27.0']));
  });

  it('tells that an Engine which accepts connections doesn’t answer, and leaves none open', async () => {
    const sockets = new Set<Socket>();
    const server = createSocketServer((socket) => {
      sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
      socket.resume();
    });
    await new Promise<void>((listening) => server.listen(join(folder, 'docker.sock'), listening));
    cleanups.push(async () => {
      await eventually(() => expect(sockets.size).toBe(0));
      server.close();
    });
    const watch = startWatch(socketOf('docker.sock'));
    await eventually(() => expect(watch.states()).toEqual(['unavailable']));
  });
});
