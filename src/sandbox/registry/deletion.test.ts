import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchDeleteImageCommand, DeleteRepositoryCommand, DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, startTestRegistry, type TestRegistry } from '../testing/registry.ts';
import { digestOf } from './digest.ts';

let folder: string;
let registry: TestRegistry;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-deletion-'));
  registry = await startTestRegistry([{ repositoryName: 'web' }, { repositoryName: 'api' }], {
    dataFolder: folder,
  });
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

const files = () => readdir(join(folder, 'blobs'));

describe('deleting through the registry', () => {
  it('deletes one tag, and with the last one the image and its blobs', async () => {
    const digest = await registry.pushImage('web', 'v1', 'one');
    await registry.pushImage('web', 'latest', 'one');
    expect((await registry.send('DELETE', '/v2/web/manifests/latest')).status).toBe(202);
    expect((await registry.send('HEAD', `/v2/web/manifests/${digest}`)).status).toBe(200);
    expect((await registry.send('DELETE', '/v2/web/manifests/v1')).status).toBe(202);
    expect((await registry.send('HEAD', `/v2/web/manifests/${digest}`)).status).toBe(404);
    expect(await files()).toEqual([]);
    expect(await errorOf(await registry.send('DELETE', '/v2/web/manifests/v1'))).toBe('404 MANIFEST_UNKNOWN');
  });

  it('keeps blobs that another image or another repository has', async () => {
    const digest = await registry.pushImage('web', 'v1', 'same', { annotations: { build: '1' } });
    await registry.pushImage('web', 'v2', 'same', { annotations: { build: '2' } });
    await registry.pushImage('api', 'v1', 'same');
    expect((await registry.send('DELETE', `/v2/web/manifests/${digest}`)).status).toBe(202);
    expect(await files()).toHaveLength(2);
    await registry.send('DELETE', '/v2/web/manifests/v2');
    expect(await files()).toHaveLength(2);
    await registry.ecr.send(new DeleteRepositoryCommand({ repositoryName: 'api', force: true }));
    expect(await files()).toEqual([]);
  });

  it('refuses an image that an index lists, and a blob that an image has', async () => {
    const digest = await registry.pushImage('web', 'amd64', 'part');
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const part = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 };
    const index = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [part] });
    await registry.send('PUT', '/v2/web/manifests/multi', index, { 'content-type': mediaType });
    for (const reference of [digest, 'amd64']) {
      expect(await errorOf(await registry.send('DELETE', `/v2/web/manifests/${reference}`))).toBe(
        '403 DENIED',
      );
    }
    const layer = digestOf(Buffer.from('layer of part'));
    expect(await errorOf(await registry.send('DELETE', `/v2/web/blobs/${layer}`))).toBe('403 DENIED');
  });

  it('deletes a blob that no image has', async () => {
    const blob = await registry.pushBlob('web', Buffer.from('alone'));
    expect((await registry.send('DELETE', `/v2/web/blobs/${blob}`)).status).toBe(202);
    expect(await errorOf(await registry.send('DELETE', `/v2/web/blobs/${blob}`))).toBe('404 BLOB_UNKNOWN');
    expect(await files()).toEqual([]);
  });
});

it('blobs of an image that ECR deletes are removed', async () => {
  const imageDigest = await registry.pushImage('web', 'v1', 'gone');
  const imageIds = [{ imageDigest }];
  await registry.ecr.send(new BatchDeleteImageCommand({ repositoryName: 'web', imageIds }));
  expect(await files()).toEqual([]);
});

it('repositories, images and tags are kept over a restart, and unreferenced blobs are removed', async () => {
  const digest = await registry.pushImage('web', 'v1', 'kept');
  await registry.pushBlob('web', Buffer.from('never part of an image'));
  await registry.close();
  registry = await startTestRegistry([], { dataFolder: folder });

  const { imageDetails } = await registry.ecr.send(new DescribeImagesCommand({ repositoryName: 'web' }));
  expect(imageDetails).toMatchObject([{ imageDigest: digest, imageTags: ['v1'] }]);
  const layer = digestOf(Buffer.from('layer of kept'));
  expect(await (await registry.send('GET', `/v2/web/blobs/${layer}`)).text()).toBe('layer of kept');
  expect(await files()).toHaveLength(2);
});
