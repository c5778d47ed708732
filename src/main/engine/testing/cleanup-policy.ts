import { CleanupPolicy } from '../../../shared/model/cleanup.ts';

/** A policy that keeps the newest ten, with some of it otherwise. */
export function aPolicy(policy: Partial<CleanupPolicy> = {}): CleanupPolicy {
  return CleanupPolicy.parse({ keepNewest: 10, deletePermanently: false, ...policy });
}
