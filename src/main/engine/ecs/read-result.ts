import { SlipwayError } from '../../../shared/errors.ts';
import { type Reading, read } from './check.ts';

/** Reads something for a check. Missing permission makes the check unknown. */
export async function reading<T>(act: () => Promise<T>): Promise<Reading<T>> {
  try {
    return read(await act());
  } catch (error) {
    return unreadableBecauseOf(error);
  }
}

/** An error that is the person's to solve makes a check unknown; one that ends the call is rethrown. */
export function unreadableBecauseOf(error: unknown): {
  readonly state: 'unreadable';
  readonly reason: string;
} {
  if (!(error instanceof SlipwayError)) throw error;
  if (error.code === 'CANCELLED' || error.code === 'AUTH_REQUIRED' || error.code === 'MFA_REQUIRED')
    throw error;
  return { state: 'unreadable', reason: error.message };
}
