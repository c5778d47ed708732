import { expect, it } from 'vitest';
import { isTagImmutable } from './tag-mutability.ts';

it.each([
  ['MUTABLE', 'v1', false],
  ['IMMUTABLE', 'v1', true],
  ['IMMUTABLE_WITH_EXCLUSION', 'v1', true],
  ['IMMUTABLE_WITH_EXCLUSION', 'dev-1.2', false],
  ['IMMUTABLE_WITH_EXCLUSION', 'my-dev-1', true],
  ['MUTABLE_WITH_EXCLUSION', 'dev-1', true],
  ['MUTABLE_WITH_EXCLUSION', 'v1', false],
] as const)(
  'in a repository that is %s the tag %s is immutable: %s',
  (imageTagMutability, tag, immutable) => {
    const imageTagMutabilityExclusionFilters = [{ filterType: 'WILDCARD' as const, filter: 'dev-*' }];
    expect(isTagImmutable({ imageTagMutability, imageTagMutabilityExclusionFilters }, tag)).toBe(immutable);
  },
);
