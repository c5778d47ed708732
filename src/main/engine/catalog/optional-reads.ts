import { type ErrorCode, SlipwayError } from '../../../shared/errors.ts';

const CONCERNS_ALL: ReadonlySet<ErrorCode> = new Set(['CANCELLED', 'AUTH_REQUIRED', 'MFA_REQUIRED']);

/** Whether an error would meet every other read of the same call as well. */
export function concernsAll(error: unknown): boolean {
  return !(error instanceof SlipwayError) || CONCERNS_ALL.has(error.code);
}

/**
 * A read that a page can do without, such as one that a narrow policy does not allow: answers `otherwise` when it
 * fails. A cancelled call and refused credentials are errors anyway.
 */
export async function optionalRead<T>(read: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (concernsAll(error)) throw error;
    return otherwise;
  }
}
