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

it('referrers of an image are listed and filtered by artifact type', async () => {
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

it('a pushed referrer is acknowledged, even if its subject does not exist', async () => {
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

it('referrers are an empty list without any, and an error for an invalid digest', async () => {
  expect(await referrers(digestOf(Buffer.from('alone')))).toEqual([]);
  expect(await errorOf(await registry.send('GET', '/v2/web/referrers/v1'))).toBe('400 DIGEST_INVALID');
});
