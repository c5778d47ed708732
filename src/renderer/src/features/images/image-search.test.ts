import { describe, expect, it } from 'vitest';
import type { Image } from '../../../../shared/model/image.ts';
import { bestMatch, isRunningImage, searchImages, typedProblem, typedReference } from './image-search.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

function image(tag: string, digest = DIGEST): Image {
  return { repository: 'acme/web', digest, tags: [tag], platforms: [], status: 'ACTIVE' };
}

describe('a search of images', () => {
  it('has the exact tag before longer ones', () => {
    const found = searchImages([image('1.9.0-rc1'), image('1.9.0')], '1.9.0');
    expect(found.map(({ tags }) => tags[0])).toEqual(['1.9.0', '1.9.0-rc1']);
  });
});

describe('the best match', () => {
  it('is the exact tag even if it is running, and otherwise one that is not running', () => {
    const images = [image('1.8.3'), image('1.8.3-rc1')];
    const isRunning = ({ tags }: Image): boolean => tags[0] === '1.8.3';
    expect(bestMatch(images, '1.8.3', isRunning)?.tags).toEqual(['1.8.3']);
    expect(bestMatch(images, '1.8', isRunning)?.tags).toEqual(['1.8.3-rc1']);
    expect(bestMatch(images.slice(0, 1), '1.8', isRunning)?.tags).toEqual(['1.8.3']);
  });
});

describe('a running image', () => {
  it('is told by the digest of its tasks, not by a tag that has moved', () => {
    const running = { image: 'acme/web:latest', digests: [`sha256:${'cd'.repeat(32)}`] };
    expect(isRunningImage(image('latest'), running)).toBe(false);
    expect(isRunningImage(image('1.8.3', `sha256:${'cd'.repeat(32)}`), running)).toBe(true);
  });

  it('is told by its tag while no digest is known', () => {
    expect(isRunningImage(image('1.8.3'), { image: 'acme/web:1.8.3', digests: [] })).toBe(true);
    expect(isRunningImage(image('1.9.0'), { image: 'acme/web:1.8.3', digests: [] })).toBe(false);
  });
});

describe('a typed text', () => {
  it.each(['nginx:1.27', 'ghcr.io/acme/web:1.9.0', 'public.ecr.aws/nginx/nginx', `web@${DIGEST}`])(
    'is an image reference: %s',
    (text) => {
      expect(typedReference(` ${text} `)).toBe(text);
    },
  );

  it.each(['1.9.0', 'web', '4be91d7', 'a b:c', 'acme/Web:1'])('is no image reference: %s', (text) => {
    expect(typedReference(text)).toBeUndefined();
  });

  it('says why it is none, where it is meant for one', () => {
    expect(typedProblem('acme/Web:1')).toMatch(/^“W” is a capital letter, .* \(character 6\)$/);
    expect(['1.9.0', 'Web', 'nginx:1.27'].map(typedProblem)).toEqual([undefined, undefined, undefined]);
  });
});
