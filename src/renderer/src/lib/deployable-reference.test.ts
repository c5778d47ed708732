import { afterEach, describe, expect, it, vi } from 'vitest';
import { deployableReference, pinnedAs, repositoryOf } from './deployable-reference.ts';

afterEach(() => vi.unstubAllGlobals());

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const repository = {
  name: 'acme/web',
  uri: '127.0.0.1:5000/acme/web',
  arn: 'arn:aws:ecr:us-east-1:1:repository/acme/web',
  tagMutability: 'MUTABLE',
};
const image = { repository: 'acme/web', digest: DIGEST, tags: ['1.9.0'], platforms: [], status: 'ACTIVE' };

describe('the reference that is deployed', () => {
  it('keeps the registry with its port, the tag and the digest', () => {
    expect(deployableReference(repository, image, '1.9.0', 'both')).toBe(
      `127.0.0.1:5000/acme/web:1.9.0@${DIGEST}`,
    );
    expect(deployableReference(repository, image, '1.9.0', 'tag')).toBe('127.0.0.1:5000/acme/web:1.9.0');
  });

  it('falls back to the digest for an image without a tag', () => {
    expect(deployableReference(repository, image, undefined, 'tag')).toBe(
      `127.0.0.1:5000/acme/web@${DIGEST}`,
    );
  });

  it('has only the digest on request, also of an image that was just pushed', () => {
    const byDigest = `127.0.0.1:5000/acme/web@${DIGEST}`;
    expect(deployableReference(repository, image, '1.9.0', 'digest')).toBe(byDigest);
    expect(pinnedAs(`127.0.0.1:5000/acme/web:1.9.0@${DIGEST}`, 'digest')).toBe(byDigest);
    expect(pinnedAs(`127.0.0.1:5000/acme/web:1.9.0@${DIGEST}`, 'tag')).toBe('127.0.0.1:5000/acme/web:1.9.0');
    expect(pinnedAs('127.0.0.1:5000/acme/web:1.9.0', 'digest')).toBe('127.0.0.1:5000/acme/web:1.9.0');
  });

  it('finds the repository by its whole address, not by its name alone', () => {
    expect(repositoryOf('127.0.0.1:5000/acme/web:1.8.3', [repository])).toBe(repository);
    expect(repositoryOf('docker.io/acme/web:1.8.3', [repository])).toBeUndefined();
  });
});
