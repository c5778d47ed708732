import { SlipwayError } from '../../../shared/errors.ts';
import { type Check, overrideOf } from '../../../shared/model/plan.ts';
import type { Invocation } from './verb.ts';

/** Throws PREFLIGHT_FAILED with the checks that failed and that `--override` does not name. */
export function requirePassed({ flags }: Invocation, checks: readonly Check[], refused: string): void {
  const failed = failedChecks(checks, flags.texts('override'));
  if (failed.length === 0) return;
  const sentences = failed.map(({ message, advice }) => [message, advice].filter(Boolean).join('. '));
  throw new SlipwayError('PREFLIGHT_FAILED', `${refused} ${sentences.join(' ')}`);
}

/** The checks that failed and that no override names. */
export function failedChecks(checks: readonly Check[], overrides: readonly string[]): readonly Check[] {
  return checks.filter(
    (check) =>
      check.result === 'fail' && !(check.overridable === true && overrides.includes(overrideOf(check))),
  );
}
