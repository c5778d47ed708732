import type { PutImageTagMutabilityRequest } from '@aws-sdk/client-ecr';
import { invalidParameter } from './invalid-parameter.ts';

type Settings = Pick<
  Partial<PutImageTagMutabilityRequest>,
  'imageTagMutability' | 'imageTagMutabilityExclusionFilters'
>;

/**
 * Throws InvalidParameterException for filters without a mode that has exclusions, and for such a mode without filters.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export function checkExclusions({
  imageTagMutability: mode = 'MUTABLE',
  imageTagMutabilityExclusionFilters: filters = [],
}: Settings): void {
  const hasExclusions = mode === 'IMMUTABLE_WITH_EXCLUSION' || mode === 'MUTABLE_WITH_EXCLUSION';
  if (hasExclusions === filters.length > 0) return;
  throw invalidParameter(
    'imageTagMutabilityExclusionFilters',
    hasExclusions ? `${mode} needs at least one filter` : `${mode} has no exclusion filters`,
  );
}
