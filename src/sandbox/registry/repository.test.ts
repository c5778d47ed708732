import { describe, expect, it } from 'vitest';
import { createRepositories } from './repositories.ts';
import { isTagImmutable, type Repository } from './repository.ts';

function repositoryWith(
  tagMutability: Repository['tagMutability'],
  ...filters: readonly string[]
): Repository {
  const exclusionFilters = filters.map((filter) => ({ filterType: 'WILDCARD' as const, filter }));
  return createRepositories().create({
    name: 'web',
    createdAt: new Date(0),
    tagMutability,
    exclusionFilters,
  });
}

describe('a tag that exists', () => {
  it.each([
    ['MUTABLE', [], 'latest', false],
    ['IMMUTABLE', [], 'latest', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'latest', false],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'dev-42', false],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'v1-dev-42', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['v1.*'], 'v1x2', true],
    ['MUTABLE_WITH_EXCLUSION', ['v*.*'], 'v1.2', true],
    ['MUTABLE_WITH_EXCLUSION', ['v*.*'], 'latest', false],
  ] as const)('in a repository that is %s %j: %s, immutable: %s', (mutability, filters, tag, immutable) => {
    expect(isTagImmutable(repositoryWith(mutability, ...filters), tag)).toBe(immutable);
  });
});
