import { createHash } from 'node:crypto';
import { ECRClient } from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import { readImageTree } from './image-tree.ts';

interface Asked {
  readonly operation: string;
  readonly input: { readonly imageIds?: readonly { imageDigest?: string; imageTag?: string }[] };
}

/** An ECR that answers as a test says, and counts its answers. */
function craftedRegistry(answer: (asked: Asked) => object) {
  const calls: string[] = [];
  const ecr = new ECRClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'A', secretAccessKey: 'B' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) => {
        const operation = (headers['x-amz-target'] ?? '').replace(/^.*\./, '');
        calls.push(operation);
        const text = JSON.stringify(answer({ operation, input: JSON.parse(new TextDecoder().decode(body)) }));
        return { response: { statusCode: 200, headers: {}, body: Buffer.from(text) } };
      },
    },
  });
  const read = (image: string, referrers = true) =>
    readImageTree({ ecr, repository: 'web', signal: new AbortController().signal }, image, referrers);
  return { calls, read };
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Answers BatchGetImage from manifests by their tag or digest, and ListImageReferrers from a list. */
function registryOf(manifests: Readonly<Record<string, object>>, referrers: readonly string[] = []) {
  const stored = new Map(
    Object.entries(manifests).flatMap(([tag, manifest]) => {
      const imageManifest = JSON.stringify(manifest);
      const imageDigest = digestOf(imageManifest);
      return [
        [tag, { imageId: { imageTag: tag, imageDigest }, imageManifest }],
        [imageDigest, { imageId: { imageDigest }, imageManifest }],
      ] as const;
    }),
  );
  return craftedRegistry(({ operation, input }) => {
    if (operation === 'ListImageReferrers') return { referrers: referrers.map((digest) => ({ digest })) };
    const ids = input.imageIds ?? [];
    const nameOf = ({ imageDigest, imageTag = '' }: (typeof ids)[number]) => imageDigest ?? imageTag;
    return { images: ids.flatMap((id) => stored.get(nameOf(id)) ?? []) };
  });
}

const IMAGE = { schemaVersion: 2, layers: [] };
const manyDigests = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => digestOf(`many ${index}`));

describe('readImageTree', () => {
  it('reads nothing of an index that lists more images than any image has', async () => {
    const manifests = manyDigests(20_000).map((digest) => ({ digest }));
    const { read, calls } = registryOf({ huge: { schemaVersion: 2, manifests } });
    await expect(read('huge')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(calls).toEqual(['BatchGetImage']);
  });

  it('reads none of 10,000 referrers, and says that the image can be copied without them', async () => {
    const { read, calls } = registryOf({ web: IMAGE }, manyDigests(10_000));
    await expect(read('web')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('Copy it without signatures and SBOMs'),
    });
    expect(calls).toEqual(['BatchGetImage', 'ListImageReferrers']);
  });

  it('ends at indexes that are nested too deeply', async () => {
    const manifests: Record<string, object> = {};
    let inner: object = IMAGE;
    for (let depth = 0; depth < 9; depth += 1) {
      manifests[`level-${depth}`] = inner;
      inner = { schemaVersion: 2, manifests: [{ digest: digestOf(JSON.stringify(inner)) }] };
    }
    await expect(registryOf({ ...manifests, deep: inner }).read('deep')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('refuses an index with an image that the registry neither returns nor reports', async () => {
    const [gone = ''] = manyDigests(1);
    const { read } = registryOf({ index: { schemaVersion: 2, manifests: [{ digest: gone }] } });
    await expect(read('index')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(gone),
    });
  });

  it('takes no other image for the digest that was asked for', async () => {
    const imageManifest = JSON.stringify(IMAGE);
    const { read } = craftedRegistry(() => ({
      images: [{ imageId: { imageDigest: digestOf(imageManifest) }, imageManifest }],
    }));
    await expect(read(digestOf('another image'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses a manifest with another digest than its own, and one that names digests which are none', async () => {
    const wrong = craftedRegistry(() => ({
      images: [{ imageId: { imageTag: 'web', imageDigest: digestOf('other') }, imageManifest: '{}' }],
    }));
    await expect(wrong.read('web')).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
    const hostile = { schemaVersion: 2, manifests: [{ digest: '\u001b[2J' }] };
    await expect(registryOf({ web: hostile }).read('web')).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
    });
  });

  it('takes no layer that is kept at an address of its own', async () => {
    const [own = '', foreign = ''] = manyDigests(2);
    const layers = [
      { digest: own, size: 1 },
      { digest: foreign, size: 1, urls: ['https://example.com/layer'] },
    ];
    const { root } = await registryOf({ web: { ...IMAGE, layers } }).read('web');
    expect(root.blobs).toEqual([{ digest: own, size: 1 }]);
  });

  it('copies an image without the signatures that the registry does not return, and says so', async () => {
    const { root, referrers, warnings } = await registryOf({ web: IMAGE }, manyDigests(2)).read('web');
    expect(root.tag).toBe('web');
    expect(referrers).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/^2 of the signatures and other artifacts .* were not copied/),
    ]);
  });

  it('copies an image whose list of signatures names one that is gone, without this list', async () => {
    const tag = digestOf(JSON.stringify(IMAGE)).replace(':', '-');
    const [gone = ''] = manyDigests(1);
    const list = { schemaVersion: 2, manifests: [{ digest: gone }] };
    const { referrers, warnings } = await registryOf({ web: IMAGE, [tag]: list }).read('web');
    expect(referrers).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});
