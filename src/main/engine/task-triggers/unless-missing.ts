import { SlipwayError } from '../../../shared/errors.ts';
import { awsErrorName } from '../aws/errors.ts';

/** What went away while it was read starts nothing any more: undefined. Any other failure is thrown. */
export async function unlessGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const isNotFound = error instanceof SlipwayError && error.code === 'NOT_FOUND';
    if (isNotFound || awsErrorName(error) === 'StateMachineDoesNotExist') return undefined;
    throw error;
  }
}
