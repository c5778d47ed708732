import type { DeploymentOutcome } from '../../../../shared/model/deployment.ts';

/** What decides how soon a deployment is looked at again. */
export interface Pulse {
  readonly outcome: DeploymentOutcome;
  /** Answers in a row that did not come: throttled, or AWS could not be reached. */
  readonly misses: number;
}

const MOVING_MS = 1500;
const UNKNOWN_MS = 5000;
const LONGEST_MS = 30_000;

/** Milliseconds until the next look: often while tasks move, less and less often while AWS does not answer. */
export function nextLookMs({ outcome, misses }: Pulse): number {
  if (misses > 0) return Math.min(LONGEST_MS, MOVING_MS * 2 ** misses);
  return outcome === 'unknown' ? UNKNOWN_MS : MOVING_MS;
}
