import { SlipwayError } from '../../../../shared/errors.ts';
import { type Check, overrideOf } from '../../../../shared/model/plan.ts';

/** The failed checks that a person decided to go ahead with, and that may be. */
export function overridden(checks: readonly Check[], overrides: readonly string[]): readonly Check[] {
  return checks.filter(
    (check) => check.result === 'fail' && check.overridable === true && overrides.includes(overrideOf(check)),
  );
}

/** The sentence for a release that a check forbids, or undefined. */
export function preflightFailure(
  title: string,
  checks: readonly Check[],
  overrides: readonly string[],
): SlipwayError | undefined {
  const allowed = overridden(checks, overrides);
  const failed = checks.filter((check) => check.result === 'fail' && !allowed.includes(check));
  const [first] = failed;
  if (first === undefined) return undefined;
  const more = failed.length === 1 ? '' : ` (and ${failed.length - 1} more checks failed)`;
  const way = first.overridable === true ? ` Or override the check ${overrideOf(first)}.` : '';
  return new SlipwayError(
    'PREFLIGHT_FAILED',
    `“${title}” was not started: ${first.message}${more}. ${first.advice ?? ''}${way}`.trimEnd(),
    { detail: { rule: first.rule } },
  );
}
