import { SlipwayError } from '../../../shared/errors.ts';
import { concernsAll } from '../catalog/optional-reads.ts';
import type { KeptName } from './name-store.ts';

/** The names that are read, or an entry that says why they can't be. A cancelled call and refused credentials are errors anyway. */
export async function orProblem(
  what: string,
  read: () => Promise<readonly KeptName[]>,
): Promise<readonly KeptName[]> {
  try {
    return await read();
  } catch (error) {
    return [problemOf(what, error)];
  }
}

/** Throws what is no answer about this alone. */
export function problemOf(what: string, error: unknown): KeptName {
  if (concernsAll(error) || !(error instanceof SlipwayError)) throw error;
  return { name: what, problem: error.message };
}
