import type { Repository } from '@aws-sdk/client-ecr';
import { starPattern } from '../../../shared/wildcard.ts';

/**
 * Whether a tag of a repository cannot be moved to another digest. With IMMUTABLE_WITH_EXCLUSION the tags that
 * match a filter can be moved after all, with MUTABLE_WITH_EXCLUSION they are the ones that cannot (ECR API
 * reference, ImageTagMutabilityExclusionFilter: `*` stands for any characters).
 */
export function isTagImmutable(repository: Repository, tag: string): boolean {
  const filters = repository.imageTagMutabilityExclusionFilters ?? [];
  const isExcluded = filters.some(({ filter }) => filter !== undefined && starPattern(filter).matches(tag));
  switch (repository.imageTagMutability) {
    case 'IMMUTABLE':
      return true;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !isExcluded;
    case 'MUTABLE_WITH_EXCLUSION':
      return isExcluded;
    default:
      return false;
  }
}
