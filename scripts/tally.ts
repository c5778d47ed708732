/** How the tests of a run, or of a part of it, came out. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const PASSED: Tally = { passed: 1, failed: 0, skipped: 0 };
export const FAILED: Tally = { passed: 0, failed: 1, skipped: 0 };

export function skipped(count: number): Tally {
  return { passed: 0, failed: 0, skipped: count };
}

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, tally) => ({
      passed: total.passed + tally.passed,
      failed: total.failed + tally.failed,
      skipped: total.skipped + tally.skipped,
    }),
    skipped(0),
  );
}

/** The counts as the last line of a run says them. */
export function countsOf({ passed, failed, skipped: left }: Tally): string {
  return `${passed} passed, ${failed} failed, ${left} skipped`;
}

/**
 * Reads the JSON report of Vitest. A test that passed only when it was tried again is a failed one. A run that ended
 * badly without a failed test (a file that does not load, an error outside of any test) counts as one failure; so does
 * a missing report.
 */
export function tallyOfVitest(report: unknown, exitCode: number | undefined): Tally {
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = membersOf(report);
  const flaky = countFlaky(report);
  return atLeastOneFailure(
    {
      passed: numPassedTests - flaky,
      failed: numFailedTests + flaky,
      skipped: numPendingTests + numTodoTests,
    },
    exitCode,
  );
}

/** Reads the JSON report of Playwright. A flaky test is a failed one. */
export function tallyOfPlaywright(report: unknown, exitCode: number | undefined): Tally {
  const isReport = typeof report === 'object' && report !== null && 'stats' in report;
  const {
    expected = 0,
    unexpected = 0,
    flaky = 0,
    skipped: left = 0,
  } = membersOf(isReport ? report.stats : {});
  return atLeastOneFailure({ passed: expected, failed: unexpected + flaky, skipped: left }, exitCode);
}

/** Vitest keeps the errors of the earlier attempts with a test that has passed in the end. */
function countFlaky(report: unknown): number {
  return listIn(report, 'testResults')
    .flatMap((file) => listIn(file, 'assertionResults'))
    .filter((test) => fieldOf(test, 'status') === 'passed' && listIn(test, 'failureMessages').length > 0)
    .length;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function atLeastOneFailure(tally: Tally, exitCode: number | undefined): Tally {
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

/** The members of a report that are counts. */
function membersOf(report: unknown): Readonly<Record<string, number>> {
  if (typeof report !== 'object' || report === null) return {};
  return Object.fromEntries(
    Object.entries(report).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
