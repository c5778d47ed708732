import { ListImageReferrersCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { errorOf, startTestRegistry, type TestRegistry } from '../testing/registry.ts';
import { digestOf } from './digest.ts';
import { MEDIA_TYPES } from './manifest.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry([{ repositoryName: 'web' }]);
});
afterAll(() => registry.close());

const subjectOf = (digest: string) => ({
  subject: { mediaType: MEDIA_TYPES.ociManifest, digest, size: 1 },
});

async function referrers(digest: string, query = ''): Promise<readonly Record<string, unknown>[]> {
  const response = await registry.send('GET', `/v2/web/referrers/${digest}${query}`);
  expect(response.headers.get('content-type')).toBe(MEDIA_TYPES.ociIndex);
  const { manifests } = (await response.json()) as { manifests: readonly Record<string, unknown>[] };
  return manifests;
}

it('lists what refers to an image, and filters by the kind of artifact', async () => {
  const image = await registry.pushImage('web', 'v1', 'image');
  const signature = await registry.pushImage('web', 'signature', 'signature', {
    ...subjectOf(image),
    artifactType: 'application/vnd.example.signature',
    annotations: { by: 'release' },
  });
  const bill = await registry.pushImage('web', 'bill', 'bill', {
    ...subjectOf(image),
    artifactType: 'application/vnd.example.sbom',
  });

  expect((await referrers(image)).map((each) => each.digest)).toEqual([signature, bill]);
  const filtered = await registry.send(
    'GET',
    `/v2/web/referrers/${image}?artifactType=application/vnd.example.signature`,
  );
  expect(filtered.headers.get('oci-filters-applied')).toBe('artifactType');
  expect(await filtered.json()).toMatchObject({
    manifests: [
      {
        digest: signature,
        artifactType: 'application/vnd.example.signature',
        annotations: { by: 'release' },
      },
    ],
  });

  const listed = await registry.ecr.send(
    new ListImageReferrersCommand({ repositoryName: 'web', subjectId: { imageDigest: image } }),
  );
  expect(listed.referrers?.map((each) => each.digest).toSorted()).toEqual([signature, bill].toSorted());
});

it('tells the client that pushes a referrer that it is known, though its subject is not there', async () => {
  const nothing = digestOf(Buffer.from('never pushed'));
  const config = await registry.pushBlob('web', Buffer.from('{}'));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: config, size: 2 },
    layers: [],
    ...subjectOf(nothing),
  });
  const put = await registry.send('PUT', `/v2/web/manifests/${digestOf(Buffer.from(manifest))}`, manifest, {
    'content-type': MEDIA_TYPES.ociManifest,
  });
  expect(put.headers.get('oci-subject')).toBe(nothing);
  expect(await referrers(nothing)).toMatchObject([{ artifactType: 'application/vnd.oci.empty.v1+json' }]);
});

it('answers an empty list for an image without referrers, and an error for what is no digest', async () => {
  expect(await referrers(digestOf(Buffer.from('alone')))).toEqual([]);
  expect(await errorOf(await registry.send('GET', '/v2/web/referrers/v1'))).toBe('400 DIGEST_INVALID');
});
