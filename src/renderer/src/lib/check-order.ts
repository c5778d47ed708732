import type { Check, CheckResult, Plan } from '../../../shared/model/plan.ts';

const ORDER: Readonly<Record<CheckResult, number>> = { fail: 0, unknown: 1, warn: 2, pass: 3 };

/** What wants attention first, in the order of the plan otherwise. */
export function checksByUrgency(checks: readonly Check[]): readonly Check[] {
  return checks.toSorted((a, b) => ORDER[a.result] - ORDER[b.result]);
}

const LABELS: Readonly<Record<CheckResult, (count: number) => string>> = {
  fail: (count) => `${count} failed`,
  unknown: (count) => `${count} couldn't be checked`,
  warn: (count) => (count === 1 ? '1 warning' : `${count} warnings`),
  pass: (count) => `${count} passed`,
};

/** `9 passed, 1 warning`: a count of each result that occurs. */
export function checkCounts(checks: Plan['checks']): string {
  const results: readonly CheckResult[] = ['fail', 'unknown', 'warn', 'pass'];
  return results
    .map((result) => ({ result, count: checks.filter((check) => check.result === result).length }))
    .filter(({ count }) => count > 0)
    .map(({ result, count }) => LABELS[result](count))
    .join(', ');
}
