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
 * Reads the JSON report of Vitest. A run that ended badly without a failed test (a file that does not load, an
 * error outside of any test) counts as one failure; so does a missing report.
 */
export function tallyOfVitest(report: unknown, exitCode: number | undefined): Tally {
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = membersOf(report);
  return atLeastOneFailure(
    { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests },
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
