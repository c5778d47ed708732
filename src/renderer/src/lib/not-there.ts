import type { SlipwayError } from '../../../shared/errors.ts';

/**
 * Whether a read says that what the address names isn't there: AWS has none of this name, or the contract knows that nothing
 * can have it. Errors of AWS about the rest of a request name no method.
 */
export function isNotThere(error: SlipwayError | null | undefined): error is SlipwayError {
  if (error === null || error === undefined) return false;
  return error.code === 'NOT_FOUND' || isUnreadableName(error);
}

/** Whether the contract refuses a name of the address, such as one that is too long. */
export function isUnreadableName({ code, detail }: SlipwayError): boolean {
  return code === 'INVALID_INPUT' && detail.method !== undefined;
}
