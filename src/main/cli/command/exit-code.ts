import type { ErrorCode, SlipwayError } from '../../../shared/errors.ts';

/**
 * The exit codes for pipelines. `refused`: nothing was sent that changes anything. `differences`: only of
 * `plan --exit-code`. `timeIsUp`: the deployment is still in progress. `waitsForPerson`: a hook or a pause.
 */
export const EXIT = {
  success: 0,
  failed: 1,
  refused: 2,
  differences: 3,
  timeIsUp: 4,
  waitsForPerson: 5,
  credentials: 6,
  interrupted: 130,
} as const;

/** Of every method. */
export const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'INVALID_INPUT',
  'UNKNOWN_METHOD',
  'PREFLIGHT_FAILED',
  'STALE_PLAN',
]);

const CREDENTIALS: ReadonlySet<ErrorCode> = new Set(['AUTH_REQUIRED', 'MFA_REQUIRED']);

/** What AWS or Slipway refuses before anything is sent that changes something. */
const REFUSED_FIRST: ReadonlySet<ErrorCode> = new Set([
  ...REFUSALS,
  'NOT_FOUND',
  'CONFLICT',
  'FORBIDDEN',
  // An image that was not built is not sent either.
  'BUILD_FAILED',
  'DOCKER_UNAVAILABLE',
]);

/** The exit code of a verb that an error ended before it had changed anything. */
export function exitCodeOfError({ code }: SlipwayError): number {
  if (CREDENTIALS.has(code)) return EXIT.credentials;
  if (code === 'CANCELLED') return EXIT.interrupted;
  return REFUSED_FIRST.has(code) ? EXIT.refused : EXIT.failed;
}
