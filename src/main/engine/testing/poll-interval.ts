/**
 * A test that steps the sandbox's clock looks this often, in milliseconds: more often takes requests away from what
 * is tested, and less often is time that nothing happens in.
 */
export const TEST_POLL_INTERVAL_MS = 200;
