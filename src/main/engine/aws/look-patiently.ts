import { setTimeout as wait } from 'node:timers/promises';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';

/** The error of a reading that may well work a moment later; any other error is thrown. */
export async function passingFailureOf(read: () => Promise<void>): Promise<SlipwayError | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    const isPassing =
      error instanceof SlipwayError && ['THROTTLED', 'UNAVAILABLE', 'TIMEOUT'].includes(error.code);
    if (isPassing) return error;
    throw error;
  }
}

/** Waits until the next look. Throws CANCELLED. */
export async function untilNextLook(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch {
    throw cancelled('Watching the deployment');
  }
}
