import { describe, expect, it } from 'vitest';
import { compareProportions, compareRanks, median } from './statistics.ts';

describe('comparing two proportions', () => {
  it('agrees with the pooled z-test: 38 and 45 of 200 are z = 0.863, p = 0.388', () => {
    const { test, p } = compareProportions({ hits: 38, total: 200 }, { hits: 45, total: 200 });
    expect(test).toBe('two-proportion z');
    expect(p).toBeCloseTo(0.38808, 5);
  });

  it('agrees with published values of Fisher’s exact test: the lady tasting tea, 0.486', () => {
    const { test, p } = compareProportions({ hits: 3, total: 4 }, { hits: 1, total: 4 });
    expect(test).toBe('Fisher');
    expect(p).toBeCloseTo(0.4857, 4);
  });

  it('agrees with Fisher’s test of convictions of twins (1934), two-sided 0.00054', () => {
    const { test, p } = compareProportions({ hits: 2, total: 17 }, { hits: 10, total: 13 });
    expect(p).toBeCloseTo(0.000537, 5);
    expect(test).toBe('Fisher');
  });

  it('finds nothing between two sides without errors', () => {
    expect(compareProportions({ hits: 0, total: 9000 }, { hits: 0, total: 9000 }).p).toBe(1);
  });

  it('is as precise for millions of requests as for ten', () => {
    const { p } = compareProportions({ hits: 2, total: 5_000_000 }, { hits: 3, total: 5_000_000 });
    expect(p).toBeCloseTo(1, 6);
  });
});

describe('comparing ranks', () => {
  it('agrees with the tables of Mann and Whitney: U = 2 of 5 and 5 is 0.032, U = 0 of 3 and 3 is 0.1', () => {
    expect(compareRanks([1, 2, 3, 4, 7], [5, 6, 8, 9, 10]).u).toBe(2);
    expect(compareRanks([1, 2, 3, 4, 7], [5, 6, 8, 9, 10]).p).toBeCloseTo(0.0317, 4);
    expect(compareRanks([1, 2, 3], [4, 5, 6]).p).toBeCloseTo(0.1, 6);
  });

  it('has the median of two lists that tie, and the same on both sides for the same lists', () => {
    const { u, p } = compareRanks([1, 2, 2, 3], [1, 2, 2, 3]);
    expect(u).toBe(8);
    expect(p).toBe(1);
  });

  it('takes the normal distribution for long lists: 30 low and 30 high values differ beyond doubt', () => {
    const low = Array.from({ length: 30 }, (_, index) => index);
    expect(
      compareRanks(
        low,
        low.map((each) => each + 100),
      ).p,
    ).toBeLessThan(1e-9);
  });
});

it('the median of an even number of values is between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([5, 1, 3])).toBe(3);
});
