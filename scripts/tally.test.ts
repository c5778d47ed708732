import { describe, expect, it } from 'vitest';
import { countsOf, PASSED, skipped, sum, tallyOfPlaywright, tallyOfVitest } from './tally.ts';

describe('the counts of a test run', () => {
  it('add up in one line', () => {
    const total = sum([PASSED, skipped(3), { passed: 7, failed: 2, skipped: 1 }]);
    expect(countsOf(total)).toBe('8 passed, 2 failed, 4 skipped');
  });

  it('come from the report of Vitest', () => {
    const report = {
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      success: false,
    };
    expect(tallyOfVitest(report, 1)).toEqual({ passed: 5, failed: 1, skipped: 3 });
  });

  it('count a test of Vitest that passed only when it was tried again as failed', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 0,
      success: true,
      testResults: [
        {
          assertionResults: [
            { status: 'passed', failureMessages: [] },
            { status: 'passed', failureMessages: ['AssertionError: expected 1 to be 2'] },
          ],
        },
        { assertionResults: [{ status: 'passed', failureMessages: [] }] },
      ],
    };
    expect(tallyOfVitest(report, 0)).toEqual({ passed: 2, failed: 1, skipped: 0 });
  });

  it('count a flaky test of Playwright as failed, also when Playwright ended well', () => {
    const report = { stats: { expected: 4, unexpected: 0, flaky: 1, skipped: 0 } };
    expect(tallyOfPlaywright(report, 0)).toEqual({ passed: 4, failed: 1, skipped: 0 });
  });

  it('come from the report of Playwright', () => {
    const report = { stats: { startTime: 'now', expected: 4, unexpected: 1, flaky: 1, skipped: 2 } };
    expect(tallyOfPlaywright(report, 1)).toEqual({ passed: 4, failed: 2, skipped: 2 });
  });

  it('hold a failure when the run ended badly without a failed test, or without a report', () => {
    expect(tallyOfVitest({ numPassedTests: 5 }, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
    expect(tallyOfVitest(undefined, undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(tallyOfPlaywright('junk', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
