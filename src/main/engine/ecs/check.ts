import type { Check } from '../../../shared/model/plan.ts';

/** Something that was read, or why it could not be: a rule over what could not be read is never passed. */
export type Reading<T> =
  | { readonly state: 'read'; readonly value: T }
  | { readonly state: 'unreadable'; readonly reason: string };

export function read<T>(value: T): Reading<T> {
  return { state: 'read', value };
}

export const pass = (rule: string, message: string): Check => ({ rule, result: 'pass', message });

export const warn = (rule: string, message: string, advice: string): Check => ({
  rule,
  result: 'warn',
  message,
  advice,
});

/** For what AWS itself would refuse: no person can decide otherwise. */
export const fail = (rule: string, message: string, advice: string): Check => ({
  rule,
  result: 'fail',
  message,
  advice,
});

/** For what AWS would accept and what would most likely go wrong then: a person may know better. */
export const failUnlessOverridden = (rule: string, message: string, advice: string): Check => ({
  ...fail(rule, message, advice),
  overridable: true,
});

export const unknown = (rule: string, message: string, advice: string): Check => ({
  rule,
  result: 'unknown',
  message,
  advice,
});

/** A check of one of several things, such as one container. */
export const about = (subject: string, check: Check): Check => ({ ...check, subject });

/** For rules that say nothing where they do not apply. */
export function presentCheck(check: Check | undefined): readonly Check[] {
  return check === undefined ? [] : [check];
}
