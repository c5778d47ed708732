import { expect, it } from 'vitest';
import { createKnownTags, isOfTag } from './moved-tags.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const LINUX = { os: 'linux', architecture: 'amd64' };

it('a running image is that of a tag by its digest, or as a platform of its index', () => {
  const image = { digest: A, manifest: { kind: 'image', configDigest: B } } as const;
  const index = { digest: A, manifest: { kind: 'index', images: [{ digest: B, platform: LINUX }] } } as const;
  expect([isOfTag(image, A), isOfTag(image, B), isOfTag(index, B)]).toEqual([true, false, true]);
});

it('a tag is read once a minute, and again after a read that failed', async () => {
  let now = 0;
  let reads = 0;
  const tags = createKnownTags(() => now);
  const target = (digest: string) =>
    tags.target('web:latest', async () => {
      reads += 1;
      return { digest, manifest: { kind: 'other' } };
    });
  expect((await target(A))?.digest).toBe(A);
  now = 59_999;
  expect((await target(B))?.digest).toBe(A);
  now = 60_000;
  expect((await target(B))?.digest).toBe(B);
  expect(reads).toBe(2);

  now = 200_000;
  await expect(tags.target('web:latest', () => Promise.reject(new Error('throttled')))).rejects.toThrow(
    'throttled',
  );
  expect((await target(A))?.digest).toBe(A);
});

it('no more than 2,000 tags are remembered', async () => {
  const tags = createKnownTags(() => 0);
  const target = (key: string, digest: string) =>
    tags.target(key, async () => ({ digest, manifest: { kind: 'other' } }));
  for (let index = 0; index <= 2_000; index += 1) await target(`web:${index}`, A);
  expect((await target('web:2000', B))?.digest).toBe(A);
  expect((await target('web:0', B))?.digest).toBe(B);
});
