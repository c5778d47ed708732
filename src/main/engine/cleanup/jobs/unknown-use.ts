import { SlipwayError } from '../../../../shared/errors.ts';
import type { UnknownUse } from '../../../../shared/model/revision.ts';

// What names its task definition only when it runs could need any revision. If that kept everything, nobody could clean
// up an account with one such state machine; if it kept nothing, its next run could fail. So a person looks at each and
// says so by its name, for this one clean-up.

/** Throws STALE_PLAN for those that were not acknowledged: they appeared after the preview. */
export function requireAcknowledged(unknown: readonly UnknownUse[], acknowledged: readonly string[]): void {
  const [first] = unknown.filter(({ source }) => !acknowledged.includes(source));
  if (first === undefined) return;
  throw new SlipwayError(
    'STALE_PLAN',
    `Nothing more is removed: since the preview, ${first.source} ${first.reason}, so Slipway can't tell which revisions it needs. Cancel this clean-up and create a new plan.`,
  );
}

/** Throws INVALID_INPUT with the names that must be acknowledged before a clean-up starts. */
export function checkExecuteRequest(unknown: readonly string[], acknowledged: readonly string[] = []): void {
  const missing = unknown.filter((source) => !acknowledged.includes(source));
  if (missing.length === 0) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `Couldn't determine which revisions these need: ${missing.join(', ')}. Check each one and acknowledge it by this name.`,
  );
}
