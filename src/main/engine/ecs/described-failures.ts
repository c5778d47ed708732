import type { Failure } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';

/** What is MISSING went away while it was read, and uses nothing. Any other failure hides something. */
export function requireOnlyMissing(failures: readonly Failure[]): void {
  const hidden = failures.find(({ reason }) => reason !== 'MISSING');
  if (hidden === undefined) return;
  throw new SlipwayError(
    'UNAVAILABLE',
    `ECS did not describe ${hidden.arn ?? 'one of them'}: ${hidden.reason ?? 'no reason given'}. Try again.`,
    { retryable: true },
  );
}
