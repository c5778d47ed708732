import { describe, expect, it } from 'vitest';
import { judge, type Minute, notEnoughData, windowsOf } from './verdict.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-01-01T12:00:00Z');

/** So many minutes with the same numbers, and a latency that differs a little from minute to minute. */
function minutes(count: number, { requests = 1000, errors = 1, latency = 80 }): readonly Minute[] {
  return Array.from({ length: count }, (_, index) => ({
    at: NOON + index * MINUTE,
    requests,
    errors,
    latency: latency + index / 10,
  }));
}

describe('the verdict of a deployment', () => {
  it('is worse when 5xx rise from 0.1 % to 2.4 %, and proposes a rollback', () => {
    const result = judge(minutes(10, {}), minutes(10, { errors: 24 }));
    expect(result).toMatchObject({
      judgement: 'worse',
      sentence: 'Worse: 5xx 0.1 % → 2.4 %.',
      proposesRollback: true,
      errors: { test: 'two-proportion z', before: { errors: 10, requests: 10_000 } },
    });
  });

  it('is worse after no errors at all, by Fisher’s test', () => {
    const result = judge(minutes(5, { requests: 40, errors: 0 }), minutes(5, { requests: 40, errors: 3 }));
    expect(result.sentence).toBe('Worse: 5xx 0 % → 7.5 %.');
    expect(result.errors?.test).toBe('Fisher');
  });

  it('is the same for a difference that is certain and too small to matter', () => {
    const result = judge(
      minutes(30, { requests: 100_000, errors: 100 }),
      minutes(30, { requests: 100_000, errors: 120 }),
    );
    expect(result.errors?.p).toBeLessThan(0.01);
    expect(result.judgement).toBe('same');
  });

  it('is the same for a difference that may be chance', () => {
    const result = judge(minutes(3, { requests: 50, errors: 0 }), minutes(3, { requests: 50, errors: 1 }));
    expect(result.judgement).toBe('same');
  });

  it('is the same when a service has ten times the tasks and the requests', () => {
    const result = judge(minutes(10, {}), minutes(10, { requests: 10_000, errors: 10 }));
    expect(result.sentence).toBe('Same: 5xx 0.1 % → 0.1 %, latency (p95) 80 ms → 80 ms.');
  });

  it('is worse when only the latency is, and says so', () => {
    const result = judge(minutes(10, {}), minutes(10, { latency: 210 }));
    expect(result.sentence).toBe('Worse: latency (p95) 80 ms → 210 ms.');
  });

  it('is worse when errors rise and latency falls, and says both', () => {
    const result = judge(minutes(10, {}), minutes(10, { errors: 24, latency: 20 }));
    expect(result.sentence).toBe('Worse: 5xx 0.1 % → 2.4 %, but latency (p95) 80 ms → 20 ms.');
  });

  it('is better when errors fall', () => {
    const result = judge(minutes(10, { errors: 24 }), minutes(10, {}));
    expect(result).toMatchObject({ judgement: 'better', proposesRollback: false });
  });

  it('has not enough data without traffic', () => {
    const quiet = minutes(10, {}).map((minute) => ({
      ...minute,
      requests: null,
      errors: null,
      latency: null,
    }));
    expect(judge(quiet, quiet).judgement).toBe('not-enough-data');
    expect(notEnoughData('Why.').sentence).toBe('Not enough data. Why.');
  });
});

describe('the minutes that are compared', () => {
  const span = {
    startedAt: NOON + 20_000,
    servesSince: NOON + 4 * MINUTE + 5_000,
    previousEnd: undefined,
    nextStart: undefined,
  };

  it('are as many before the start as since the new revision answers', () => {
    expect(windowsOf(span, NOON + 15 * MINUTE)).toEqual({
      kind: 'windows',
      before: { since: NOON - 10 * MINUTE, until: NOON },
      after: { since: NOON + 5 * MINUTE, until: NOON + 15 * MINUTE },
    });
  });

  it('are 30 at most', () => {
    expect(windowsOf(span, NOON + 500 * MINUTE)).toMatchObject({
      after: { since: NOON + 5 * MINUTE, until: NOON + 35 * MINUTE },
    });
  });

  it('do not reach into the deployment before, nor into the one after', () => {
    expect(windowsOf({ ...span, previousEnd: NOON - 4 * MINUTE }, NOON + 60 * MINUTE)).toMatchObject({
      before: { since: NOON - 4 * MINUTE },
      after: { until: NOON + 9 * MINUTE },
    });
    const next = { ...span, nextStart: NOON + 7 * MINUTE };
    expect(windowsOf(next, NOON + 60 * MINUTE)).toMatchObject({
      sentence: 'The next deployment started less than 3 minutes after this one.',
    });
  });

  it('are too few right after the end, and in the middle of another deployment', () => {
    expect(windowsOf(span, NOON + 6 * MINUTE)).toMatchObject({
      sentence: 'CloudWatch has 1 of 3 full minutes since the new revision began to answer requests.',
    });
    expect(windowsOf({ ...span, previousEnd: span.startedAt }, NOON + 60 * MINUTE)).toMatchObject({
      kind: 'too-short',
    });
  });
});
