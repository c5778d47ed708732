import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteLayerUploadCommand,
  InitiateLayerUploadCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../shared/testing/eventually.ts';
import { silentLogger } from '../core/logger.ts';
import { errorOf, startTestRegistry, type TestRegistry } from '../testing/registry.ts';
import { createSteppedClock, type SteppedClock } from '../testing/stepped-clock.ts';
import { openBlobStore } from './blob-store.ts';
import { digestOf } from './digest.ts';
import { createRepositories } from './repositories.ts';
import type { Repository } from './repository.ts';
import { createUploadSessions, UploadGone, type UploadSessions, UploadTooLarge } from './upload-sessions.ts';

const HOUR = 60 * 60 * 1000;

let folder: string;
let clock: SteppedClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-uploads-'));
  clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
});
afterEach(() => rm(folder, { recursive: true }));

const filesOf = () => readdir(join(folder, 'uploads'));

describe('an unfinished upload', () => {
  let registry: TestRegistry;
  beforeEach(async () => {
    registry = await startTestRegistry([{ repositoryName: 'web' }], { clock, dataFolder: folder });
  });
  afterEach(() => registry.close());

  it('is deleted, with its bytes, 24 hours of sandbox time after the last byte', async () => {
    const begun = await registry.send('POST', '/v2/web/blobs/uploads/');
    const location = begun.headers.get('location') ?? '';
    await registry.send('PATCH', location, 'first ');
    clock.advance(23 * HOUR);
    expect((await registry.send('PATCH', location, 'second')).status).toBe(202);
    clock.advance(23 * HOUR);
    expect((await registry.send('GET', location)).headers.get('range')).toBe('0-11');
    expect(await filesOf()).toHaveLength(1);

    clock.advance(1 * HOUR);
    expect(await errorOf(await registry.send('PATCH', location, 'third'))).toBe('404 BLOB_UPLOAD_UNKNOWN');
    await eventually(async () => expect(await filesOf()).toEqual([]));
  });

  it('is also deleted in the API of ECR', async () => {
    const repositoryName = 'web';
    const { uploadId } = await registry.ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const part = {
      repositoryName,
      uploadId,
      partFirstByte: 0,
      partLastByte: 0,
      layerPartBlob: Buffer.from('a'),
    };
    await registry.ecr.send(new UploadLayerPartCommand(part));
    clock.advance(24 * HOUR);
    const layerDigests = [digestOf(Buffer.from('a'))];
    await expect(
      registry.ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests })),
    ).rejects.toMatchObject({ name: 'UploadNotFoundException' });
    await eventually(async () => expect(await filesOf()).toEqual([]));
  });
});

describe('uploads in progress', () => {
  let repository: Repository;
  let uploads: UploadSessions;
  beforeEach(async () => {
    repository = createRepositories().create({ name: 'web', createdAt: clock.now() });
    const blobs = await openBlobStore(folder);
    uploads = createUploadSessions({ blobs, clock, logger: silentLogger, mostBytes: 100 });
  });

  it('hold at most the bytes of one layer, alone and together, and one beyond that is deleted', async () => {
    const first = uploads.begin(repository);
    await first.append([Buffer.alloc(60)]);
    const second = uploads.begin(repository);
    await expect(second.append([Buffer.alloc(30), Buffer.alloc(11)])).rejects.toThrow(UploadTooLarge);
    expect(uploads.find(second.id, repository)).toBeUndefined();
    expect(await filesOf()).toEqual([first.id]);

    await first.append([Buffer.alloc(40)]);
    expect(await first.finish(digestOf(Buffer.alloc(100)), () => undefined)).toBe(true);
    await uploads.begin(repository).append([Buffer.alloc(100)]);
  });

  it('accept no more bytes once they were deleted, within a chunk or not', async () => {
    const session = uploads.begin(repository);
    async function* bytes() {
      yield Buffer.alloc(10);
      await session.discard();
      yield Buffer.alloc(10);
    }
    await expect(session.append(bytes())).rejects.toThrow(UploadGone);
    expect(uploads.find(session.id, repository)).toBeUndefined();
    expect(await filesOf()).toEqual([]);
  });

  it('are at most a thousand: the least recently used one is deleted', async () => {
    const [first, second] = Array.from({ length: 1000 }, () => uploads.begin(repository));
    await first?.append([Buffer.alloc(1)]);
    const newest = uploads.begin(repository);
    expect(uploads.find(first?.id ?? '', repository)).toBe(first);
    expect(uploads.find(second?.id ?? '', repository)).toBeUndefined();
    expect(uploads.find(newest.id, repository)).toBe(newest);
  });
});
