import { SlipwayError } from '../../../shared/errors.ts';

/**
 * Reads one part of what decides about a removal. Throws the same error as the part, saying that nothing is removed
 * because it could not be read; a missing IAM action stays in its detail.
 */
export async function readPart<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
    throw new SlipwayError(
      error.code,
      `Nothing was removed, because ${name} could not be read and may use what would be removed. ${error.message}`,
      { retryable: error.retryable, detail: error.detail, cause: error },
    );
  }
}
