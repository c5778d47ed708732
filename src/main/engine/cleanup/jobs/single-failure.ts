import { SlipwayError } from '../../../../shared/errors.ts';

/** What would befall the others too, or may be over soon: the revision stays where it is, to be found out. */
const CONCERNS_ALL = new Set([
  'AUTH_REQUIRED',
  'MFA_REQUIRED',
  'FORBIDDEN',
  'CANCELLED',
  'THROTTLED',
  'UNAVAILABLE',
  'TIMEOUT',
]);

/** The sentence of a failure that concerns one revision or image; rethrows any other. */
export function sentenceOfOne(error: unknown, name: string): string {
  if (!(error instanceof SlipwayError) || CONCERNS_ALL.has(error.code)) throw error;
  return error.code === 'NOT_FOUND' ? `${name} no longer exists.` : error.message;
}
