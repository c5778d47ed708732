import { type Check, overrideOf, type Plan } from '../../../shared/model/plan.ts';

/** The failed checks that nobody has decided to go ahead with. */
export function blockingChecks(checks: readonly Check[], overrides: ReadonlySet<string>): readonly Check[] {
  return checks.filter(
    (check) => check.result === 'fail' && !(check.overridable === true && overrides.has(overrideOf(check))),
  );
}

/** Whether a plan may be carried out as far as its checks go. */
export function mayGoAhead({ canExecute, checks }: Plan, overrides: ReadonlySet<string>): boolean {
  if (canExecute) return true;
  return checks.some(({ result }) => result === 'fail') && blockingChecks(checks, overrides).length === 0;
}

/** The same overrides with one more, or without one of them. */
export function toggled(overrides: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const others = [...overrides].filter((each) => each !== name);
  return new Set(overrides.has(name) ? others : [...others, name]);
}

const TWO_PEOPLE = 'two-people';

/** Whether another person has to execute the plan, because the check is not overridden. */
export function isForSecondPerson({ needsSecondPerson }: Plan, overrides: ReadonlySet<string>): boolean {
  return needsSecondPerson === true && !overrides.has(TWO_PEOPLE);
}

/**
 * The plan as it is shared: without the check of the second person, and without a name to type, because sharing changes no
 * service. Who executes it types the name.
 */
export function asShared(plan: Plan): Plan {
  const { confirmation: _confirmation, ...rest } = plan;
  const checks = plan.checks.filter(({ rule }) => rule !== TWO_PEOPLE);
  return { ...rest, checks, canExecute: !checks.some(({ result }) => result === 'fail') };
}
