import { describe, expect, it } from 'vitest';
import { deployableReference, pinsByDefault, repositoryOf } from './deployable-reference.ts';

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
    expect(deployableReference(repository, image, '1.9.0', true)).toBe(
      `127.0.0.1:5000/acme/web:1.9.0@${DIGEST}`,
    );
    expect(deployableReference(repository, image, '1.9.0', false)).toBe('127.0.0.1:5000/acme/web:1.9.0');
  });

  it('falls back to the digest for an image without a tag', () => {
    expect(deployableReference(repository, image, undefined, false)).toBe(
      `127.0.0.1:5000/acme/web@${DIGEST}`,
    );
  });

  it('is pinned unless the tag cannot move', () => {
    expect(pinsByDefault(repository, '1.9.0')).toBe(true);
    expect(pinsByDefault({ ...repository, tagMutability: 'IMMUTABLE' }, '1.9.0')).toBe(false);
    expect(pinsByDefault({ ...repository, tagMutability: 'IMMUTABLE' }, 'latest')).toBe(true);
    expect(pinsByDefault({ ...repository, tagMutability: 'IMMUTABLE_WITH_EXCLUSION' }, '1.9.0')).toBe(true);
  });

  it('finds the repository by its whole address, not by its name alone', () => {
    expect(repositoryOf('127.0.0.1:5000/acme/web:1.8.3', [repository])).toBe(repository);
    expect(repositoryOf('docker.io/acme/web:1.8.3', [repository])).toBeUndefined();
  });
});
