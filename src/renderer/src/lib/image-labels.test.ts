import { describe, expect, it } from 'vitest';
import { imageName, platformLabel, runningVersion, sizeChange } from './image-labels.ts';

const DIGEST = `sha256:9f2c41ab${'0'.repeat(56)}`;

describe('the labels of an image', () => {
  it('shows the tag without the registry, even when the digest is pinned', () => {
    expect(imageName(`1.dkr.ecr.us-east-1.amazonaws.com/acme/web:1.8.3@${DIGEST}`)).toEqual({
      repository: 'acme/web',
      version: '1.8.3',
    });
  });

  it('keeps the port of a registry apart from the tag', () => {
    expect(imageName('127.0.0.1:5000/acme/web')).toEqual({ repository: 'acme/web', version: 'latest' });
  });

  it('shows the short digest where there is no tag', () => {
    expect(imageName(`acme/web@${DIGEST}`).version).toBe('@9f2c41ab');
  });

  it('shows what is no image reference as it is written', () => {
    expect(imageName('Not An Image')).toEqual({ repository: 'Not An Image', version: '' });
  });

  it('tells no size change where a side is unknown or the same', () => {
    const side = (sizeBytes?: number) => ({
      image: 'acme/web:1',
      facts: {
        repository: 'acme/web',
        digest: DIGEST,
        tags: [],
        platforms: [],
        status: 'ACTIVE',
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
      },
    });
    const difference = { container: 'app', change: 'changed' as const };
    expect(sizeChange({ ...difference, before: side(10), after: side() })).toBeUndefined();
    expect(sizeChange({ ...difference, before: side(10), after: side(10) })).toBeUndefined();
    expect(sizeChange({ ...difference, before: side(10), after: side(7) })).toBe(-3);
  });

  it('names the variant of a platform', () => {
    const platforms = [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
    ];
    expect(platformLabel(platforms)).toBe('amd64, arm64/v8');
  });
});

it('a running digest has a tag only where it is known to be its own', () => {
  const [old, next] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
  const facts = { repository: 'web', digest: old, tags: ['1.0.0'], platforms: [], status: 'ACTIVE' };
  const one = { container: 'app', image: 'r/web:1.1.0', digests: [{ digest: next, tasks: 4 }] };
  const two = { ...one, digests: [...one.digests, { digest: old, tasks: 2 }] };
  expect(runningVersion(one, undefined)).toBe('1.1.0');
  expect(runningVersion(two, undefined), 'one of the two has the tag').toBeUndefined();
  expect(runningVersion(two, facts)).toBe('1.0.0');
  expect(runningVersion(two, { ...facts, digest: next, tags: ['latest', '1.1.0'] })).toBe('1.1.0');
  expect(runningVersion(two, { ...facts, tags: [] })).toBe('untagged');
});
