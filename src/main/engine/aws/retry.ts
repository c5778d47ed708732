import { setTimeout as wait } from 'node:timers/promises';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';

const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 3_000;

/**
 * Sends again what AWS has not carried out: throttled, or a read that got no answer. The SDK has tried a few times
 * by then; this goes on for about ten seconds more, since a release that stops in the middle is worse than a slow
 * one. What may have been carried out is never sent again here. Rethrows the last error.
 */
export async function patiently<T>(signal: AbortSignal, send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (!isPassing(error) || attempt === ATTEMPTS) throw error;
    }
    await pause(attempt, signal);
  }
}

/** Whether it is not known if a call was carried out: it got no answer, or one that says nothing. */
export function isUnsure(error: unknown): boolean {
  return error instanceof SlipwayError && error.detail.carriedOut === 'unknown';
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof SlipwayError) || isUnsure(error)) return false;
  return ['THROTTLED', 'UNAVAILABLE', 'TIMEOUT'].includes(error.code);
}

/** A random wait that grows with the attempts. Throws CANCELLED. */
export async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  try {
    await wait(longest / 2 + (Math.random() * longest) / 2, undefined, { signal });
  } catch {
    throw cancelled('The release');
  }
}
