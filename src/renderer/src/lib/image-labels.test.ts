import { describe, expect, it } from 'vitest';
import { imageName, platformLabel, sizeChange } from './image-labels.ts';

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
