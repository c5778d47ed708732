import type { BucketLimits } from '../aws/buckets.ts';

/**
 * A test that steps the sandbox's clock looks this often, in milliseconds: more often takes time away from what is
 * tested, and less often is time that nothing happens in.
 */
export const TEST_POLL_INTERVAL_MS = 200;

/** The test sandbox has no request rates, and to wait for those of AWS takes half of the time of such a test. */
export function withoutRequestLimits(): BucketLimits {
  return { burst: Number.MAX_SAFE_INTEGER, perSecond: Number.MAX_SAFE_INTEGER };
}
