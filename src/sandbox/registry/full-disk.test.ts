import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLogger } from '../core/logger.ts';
import { listenOnLoopback } from '../http/loopback-server.ts';
import { createSteppedClock } from '../testing/stepped-clock.ts';
import { createAccessTokens } from './access-tokens.ts';
import { openBlobStore } from './blob-store.ts';
import { digestOf } from './digest.ts';
import { createGarbageCollector } from './garbage.ts';
import { createRegistryApi } from './registry-api.ts';
import { issuePassword } from './registry-password.ts';
import { createRepositories } from './repositories.ts';
import { createUploadSessions } from './upload-sessions.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-full-disk-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('a registry on a full disk reports it, keeps its content, and continues when there is space again', async () => {
  let room = Number.POSITIVE_INFINITY;
  const blobs = await openBlobStore(folder, {
    async writeChunk(file, chunk) {
      // A full disk takes what still fits of a chunk and then fails.
      await file.appendFile(chunk.subarray(0, room));
      if (chunk.length > room) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    },
  });
  const repositories = createRepositories();
  const repository = repositories.create({ name: 'web', createdAt: new Date() });
  const clock = createSteppedClock({ start: new Date() });
  const tokens = createAccessTokens();
  const server = await listenOnLoopback(0, { logger: silentLogger });
  const api = createRegistryApi({
    accountId: '123456789012',
    repositoriesIn: () => repositories,
    blobs,
    garbage: createGarbageCollector(() => [repositories], blobs),
    uploads: createUploadSessions({ blobs, clock, logger: silentLogger }),
    tokens,
    host: server.host,
    now: () => clock.now(),
    logger: silentLogger,
  });
  server.handle(api);
  const access = { region: 'us-east-1', reach: 'everything' } as const;
  const password = issuePassword(tokens, access, new Date(Date.now() + 60_000));
  const send = (method: string, path: string, body?: string) =>
    fetch(`http://${server.host}${path}`, {
      method,
      headers: { authorization: `Basic ${btoa(`AWS:${password}`)}` },
      ...(body !== undefined && { body }),
    });

  const begun = await send('POST', '/v2/web/blobs/uploads/');
  const location = begun.headers.get('location') ?? '';
  await send('PATCH', location, 'first ');
  room = 3;
  const refused = await send('PATCH', location, 'second');
  expect(refused.status).toBe(507);
  expect(await refused.json()).toMatchObject({ errors: [{ message: expect.stringContaining('is full') }] });
  expect((await send('GET', location)).headers.get('range')).toBe('0-5');
  expect(repository.layers.size).toBe(0);

  room = Number.POSITIVE_INFINITY;
  expect((await send('PATCH', location, 'second')).status).toBe(202);
  const digest = digestOf(Buffer.from('first second'));
  expect((await send('PUT', `${location}?digest=${digest}`)).status).toBe(201);
  expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  expect(await (await send('GET', `/v2/web/blobs/${digest}`)).text()).toBe('first second');
  await server.close();
});
