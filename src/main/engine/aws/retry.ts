import { setTimeout as wait } from 'node:timers/promises';
import { cancelled, type ErrorCode, SlipwayError } from '../../../shared/errors.ts';

const ATTEMPTS = 8;
const IDEMPOTENT_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 3_000;

/** For calls that must not be cancelled, because their outcome in AWS would then be unknown. */
export const NEVER_ABORTED: AbortSignal = new AbortController().signal;

const TEMPORARY: ReadonlySet<ErrorCode> = new Set(['THROTTLED', 'UNAVAILABLE', 'TIMEOUT']);

/** Whether the same call may succeed a moment later: throttled, no answer, or a timeout. */
export function isTemporary(error: unknown): error is SlipwayError {
  return error instanceof SlipwayError && TEMPORARY.has(error.code);
}

/** Whether AWS may have carried out a call without telling us: no answer, or one without a result. */
export function isUnsure(error: unknown): boolean {
  return error instanceof SlipwayError && error.detail.carriedOut === 'unknown';
}

/**
 * Sends again what AWS has not carried out: throttled, or a read that got no answer. The SDK has tried a few times
 * by then; this retries for about ten seconds more, since a release that stops halfway is worse than a slow one. What
 * AWS may have carried out is never sent again here. Rethrows the last error, or throws CANCELLED.
 */
export async function withRetry<T>(signal: AbortSignal, send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (!isTemporary(error) || isUnsure(error) || attempt === ATTEMPTS) throw error;
    }
    await pause(attempt, signal);
  }
}

/**
 * Sends a call that has the same effect however often it is sent, until it is answered: one that sets a value, or
 * one with a client token. Rethrows the last error.
 */
export async function retryIdempotent<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withRetry(NEVER_ABORTED, send);
    } catch (error) {
      if (!isUnsure(error) || attempt === IDEMPOTENT_ATTEMPTS) throw error;
    }
    await pause(attempt, NEVER_ABORTED);
  }
}

/** The error of a read that may succeed a moment later; any other error is thrown. */
export async function temporaryFailureOf(read: () => Promise<void>): Promise<SlipwayError | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (isTemporary(error)) return error;
    throw error;
  }
}

/** A random wait that grows with the attempts. `what`: whose CANCELLED it throws. */
export async function pause(attempt: number, signal: AbortSignal, what = 'The release'): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  await waitUnlessCancelled(longest / 2 + (Math.random() * longest) / 2, signal, what);
}

/** Waits that many milliseconds. When the signal aborts, throws CANCELLED, which says that `what` was cancelled. */
export async function waitUnlessCancelled(
  milliseconds: number,
  signal: AbortSignal,
  what: string,
): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch {
    throw cancelled(what);
  }
}
