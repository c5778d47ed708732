import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../shared/testing/eventually.ts';
import { type Sandbox, startSandbox } from '../start.ts';
import { digestOf } from './digest.ts';

let sandbox: Sandbox;
let folder: string;
let authorization: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-registry-'));
  sandbox = await startSandbox({ scenario: 'empty', dataFolder: folder });
  const { endpoint, credentials, region } = sandbox;
  const ecr = new ECRClient({ endpoint, credentials, region });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'other/api' }));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'fixed', imageTagMutability: 'IMMUTABLE' }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  authorization = `Basic ${authorizationData?.[0]?.authorizationToken ?? ''}`;
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

function send(
  method: string,
  path: string,
  body?: Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const url = new URL(path, sandbox.endpoint);
  return fetch(url, { method, headers: { authorization, ...headers }, ...(body !== undefined && { body }) });
}

async function errorOf(response: Response): Promise<string> {
  const { errors } = (await response.json()) as { errors: readonly { code: string; message: string }[] };
  expect(errors[0]?.message).toBeTruthy();
  return `${response.status} ${errors[0]?.code ?? ''}`;
}

async function startUpload(repository: string): Promise<string> {
  const response = await send('POST', `/v2/${repository}/blobs/uploads/`);
  expect(response.status).toBe(202);
  return response.headers.get('location') ?? '';
}

async function pushBlob(repository: string, bytes: Buffer): Promise<string> {
  const location = await startUpload(repository);
  const response = await send('PUT', `${location}?digest=${digestOf(bytes)}`, bytes);
  expect(response.status).toBe(201);
  return digestOf(bytes);
}

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

async function manifestWith(repository: string, content: string): Promise<string> {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', content }));
  const digest = await pushBlob(repository, config);
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length },
    layers: [],
  });
}

function putManifest(repository: string, reference: string, manifest: string): Promise<Response> {
  return send('PUT', `/v2/${repository}/manifests/${reference}`, manifest, { 'content-type': OCI_MANIFEST });
}

it('the registry asks for credentials in Docker’s form', async () => {
  for (const wrong of ['', 'Basic !', `Basic ${btoa('AWS:1.2')}`, authorization.replace('Basic', 'Bearer')]) {
    const response = await send('GET', '/v2/', undefined, { authorization: wrong });
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(await errorOf(response)).toBe('401 UNAUTHORIZED');
  }
  expect((await send('GET', '/v2/')).status).toBe(200);
});

it('the registry has only repositories of ECR', async () => {
  expect(await errorOf(await send('POST', '/v2/nobody/blobs/uploads/'))).toBe('404 NAME_UNKNOWN');
  expect(await errorOf(await send('GET', '/v2/nobody/manifests/latest'))).toBe('404 NAME_UNKNOWN');
});

describe('an upload', () => {
  const bytes = Buffer.from('the bytes of a layer');

  it('accepts a blob in chunks, reports its offset, and serves it completely and in part', async () => {
    const location = await startUpload('web');
    await send('PATCH', location, bytes.subarray(0, 5), { 'content-range': '0-4' });
    expect(await errorOf(await send('PATCH', location, 'x', { 'content-range': '9-9' }))).toBe(
      '416 RANGE_INVALID',
    );
    expect((await send('GET', location)).headers.get('range')).toBe('0-4');
    await send('PATCH', location, bytes.subarray(5), { 'content-range': `5-${bytes.length - 1}` });
    const digest = digestOf(bytes);
    expect((await send('PUT', `${location}?digest=${digest}`)).status).toBe(201);

    const blob = `/v2/web/blobs/${digest}`;
    const head = await send('HEAD', blob);
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
    expect(head.headers.get('docker-content-digest')).toBe(digest);
    expect(Buffer.from(await (await send('GET', blob)).arrayBuffer())).toEqual(bytes);
    const part = await send('GET', blob, undefined, { range: 'bytes=4-8' });
    expect([part.status, await part.text()]).toEqual([206, 'bytes']);
  });

  it('is refused when the digest does not match, and leaves nothing behind', async () => {
    const location = await startUpload('web');
    const wrong = digestOf(Buffer.from('other bytes'));
    expect(await errorOf(await send('PUT', `${location}?digest=${wrong}`, bytes))).toBe('400 DIGEST_INVALID');
    expect((await send('HEAD', `/v2/web/blobs/${wrong}`)).status).toBe(404);
    expect(await errorOf(await send('PATCH', location, bytes))).toBe('404 BLOB_UPLOAD_UNKNOWN');

    const atOnce = await send('POST', `/v2/web/blobs/uploads/?digest=${wrong}`, bytes);
    expect(await errorOf(atOnce)).toBe('400 DIGEST_INVALID');
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('continues after the last byte when the connection broke', async () => {
    const location = await startUpload('web');
    const path = new URL(location, sandbox.endpoint);
    const broken = httpRequest(path, { method: 'PATCH', headers: { authorization, 'content-length': 1000 } });
    broken.on('error', () => {});
    broken.write(bytes.subarray(0, 7));
    await eventually(async () => {
      expect((await send('GET', location)).headers.get('range')).toBe('0-6');
    });
    broken.destroy();
    const rest = bytes.subarray(7);
    await eventually(async () => {
      expect((await send('PATCH', location, rest, { 'content-range': `7-${bytes.length - 1}` })).status).toBe(
        202,
      );
    });
    expect((await send('PUT', `${location}?digest=${digestOf(bytes)}`)).status).toBe(201);
  });

  it('can be cancelled', async () => {
    const location = await startUpload('web');
    await send('PATCH', location, bytes);
    expect((await send('DELETE', location)).status).toBe(204);
    expect(await errorOf(await send('GET', location))).toBe('404 BLOB_UPLOAD_UNKNOWN');
  });

  it('belongs to its repository', async () => {
    const location = await startUpload('web');
    const elsewhere = location.replace('/v2/web/', '/v2/other/api/');
    expect(await errorOf(await send('PATCH', elsewhere, bytes))).toBe('404 BLOB_UPLOAD_UNKNOWN');
  });

  it('accepts an empty blob', async () => {
    const digest = await pushBlob('web', Buffer.alloc(0));
    expect(await (await send('GET', `/v2/web/blobs/${digest}`)).text()).toBe('');
  });
});

it('a blob is mounted from another repository, or an upload starts', async () => {
  const digest = await pushBlob('web', Buffer.from('shared layer'));
  const mount = (from: string) => send('POST', `/v2/other/api/blobs/uploads/?mount=${digest}&from=${from}`);
  expect((await send('HEAD', `/v2/other/api/blobs/${digest}`)).status).toBe(404);
  expect((await mount('fixed')).status).toBe(202);
  expect((await mount('web')).status).toBe(201);
  expect((await send('HEAD', `/v2/other/api/blobs/${digest}`)).status).toBe(200);
});

it('a manifest is served by tag and by digest, byte for byte', async () => {
  const manifest = await manifestWith('web', 'served');
  const pushed = await putManifest('web', 'v1', manifest);
  expect(pushed.status).toBe(201);
  const digest = pushed.headers.get('docker-content-digest') ?? '';
  expect(digest).toBe(`sha256:${createHash('sha256').update(manifest).digest('hex')}`);
  for (const reference of ['v1', digest]) {
    const response = await send('GET', `/v2/web/manifests/${reference}`);
    expect(response.headers.get('content-type')).toBe(OCI_MANIFEST);
    expect(await response.text()).toBe(manifest);
    const head = await send('HEAD', `/v2/web/manifests/${reference}`);
    expect(head.headers.get('content-length')).toBe(String(manifest.length));
  }
  expect(await errorOf(await send('GET', '/v2/web/manifests/none'))).toBe('404 MANIFEST_UNKNOWN');
});

describe('a manifest', () => {
  it('is refused when it names blobs that the repository does not have', async () => {
    const manifest = await manifestWith('other/api', 'only there');
    expect(await errorOf(await putManifest('web', 'v2', manifest))).toBe('400 MANIFEST_BLOB_UNKNOWN');
    expect((await send('HEAD', '/v2/web/manifests/v2')).status).toBe(404);
  });

  it('is refused when it is invalid, or does not match its digest', async () => {
    const manifest = await manifestWith('web', 'true');
    const other = digestOf(Buffer.from('another'));
    expect(await errorOf(await putManifest('web', other, manifest))).toBe('400 DIGEST_INVALID');
    expect(await errorOf(await putManifest('web', '-bad', manifest))).toBe('400 TAG_INVALID');
    for (const junk of [
      '',
      'null',
      '{"schemaVersion": 1}',
      '{"schemaVersion": 2}',
      manifest.replace('sha256', 'md5'),
    ]) {
      expect(await errorOf(await putManifest('web', 'junk', junk))).toBe('400 MANIFEST_INVALID');
    }
    const asIndex = { 'content-type': 'application/vnd.oci.image.index.v1+json' };
    expect(await errorOf(await send('PUT', '/v2/web/manifests/v3', manifest, asIndex))).toBe(
      '400 MANIFEST_INVALID',
    );
    expect(await errorOf(await putManifest('web', 'v3', ' '.repeat(5_000_000)))).toBe('413 SIZE_INVALID');
  });

  it('cannot be pushed twice to a tag of an immutable repository', async () => {
    const manifest = await manifestWith('fixed', 'once');
    expect((await putManifest('fixed', 'v1', manifest)).status).toBe(201);
    const again = await putManifest('fixed', 'v1', manifest);
    expect(again.status).toBe(400);
    expect(await again.json()).toEqual({
      errors: [
        {
          code: 'TAG_INVALID',
          message:
            "The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the repository is immutable.",
        },
      ],
    });
    expect((await putManifest('fixed', 'v2', manifest)).status).toBe(201);
    expect((await putManifest('fixed', digestOf(Buffer.from(manifest)), manifest)).status).toBe(201);
  });
});

it('an index is accepted once its images exist, and each is served', async () => {
  const images = await Promise.all(['amd64', 'arm64'].map((content) => manifestWith('web', content)));
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: images.map((image) => ({
      mediaType: OCI_MANIFEST,
      digest: digestOf(Buffer.from(image)),
      size: image.length,
    })),
  });
  const put = () => send('PUT', '/v2/web/manifests/multi', index, { 'content-type': OCI_INDEX });
  expect(await errorOf(await put())).toBe('400 MANIFEST_BLOB_UNKNOWN');
  for (const image of images) {
    expect((await putManifest('web', digestOf(Buffer.from(image)), image)).status).toBe(201);
  }
  expect((await put()).status).toBe(201);
  const served = await send('GET', '/v2/web/manifests/multi');
  expect(served.headers.get('content-type')).toBe(OCI_INDEX);
  expect(await served.text()).toBe(index);
});

it('tags are listed in order, page by page', async () => {
  const manifest = await manifestWith('other/api', 'tagged');
  for (const tag of ['c', 'a', 'e', 'b', 'd']) await putManifest('other/api', tag, manifest);
  const pages: unknown[] = [];
  let path: string | undefined = '/v2/other/api/tags/list?n=2';
  while (path !== undefined) {
    const response: Response = await send('GET', path);
    pages.push(((await response.json()) as { tags: unknown }).tags);
    path = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  }
  expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

it('the registry has nothing at other paths', async () => {
  for (const path of [
    '/v2/web',
    '/v2/web/manifests/',
    '/v2/_catalog',
    '/v2/web/blobs/%zz',
    '/v2/web/manifests/%zz',
    '/v2//..//',
  ]) {
    expect(await errorOf(await send('GET', path))).toMatch(/^40[45] /);
  }
  expect(await errorOf(await send('PATCH', '/v2/web/manifests/v1'))).toBe('405 UNSUPPORTED');
});

it('a read-only key can pull, and gets an error when it pushes', async () => {
  const { endpoint, region } = sandbox;
  const credentials = { accessKeyId: 'readonly', secretAccessKey: 'readonly' };
  const ecr = new ECRClient({ endpoint, region, credentials });
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const headers = { authorization: `Basic ${authorizationData?.[0]?.authorizationToken ?? ''}` };
  const digest = await pushBlob('web', Buffer.from('for readers'));
  expect((await send('GET', `/v2/web/blobs/${digest}`, undefined, headers)).status).toBe(200);
  const push = await send('POST', '/v2/web/blobs/uploads/', undefined, headers);
  expect(push.status).toBe(403);
  expect(await push.text()).toContain('not authorized to perform: ecr:InitiateLayerUpload');
});
