/** So many of so many, such as requests that were answered with an error. */
export interface Proportion {
  readonly hits: number;
  readonly total: number;
}

/** How likely a difference like the observed one, or a greater one, is by chance alone. */
interface TestResult {
  readonly p: number;
}

/** Below this, the normal distribution stands in badly for the real one, and Fisher's test is exact. */
const LEAST_EXPECTED = 10;
/** Exact distributions of ranks are counted up to so many values on each side. */
const MOST_COUNTED = 20;

/**
 * Compares two proportions, two-sided: with the pooled z-test, or with Fisher's exact test where fewer than 10 hits or misses
 * are expected on a side. https://www.itl.nist.gov/div898/handbook/prc/section3/prc33.htm
 */
export function compareProportions(
  one: Proportion,
  other: Proportion,
): TestResult & { readonly test: 'two-proportion z' | 'Fisher' } {
  const total = one.total + other.total;
  const hits = one.hits + other.hits;
  const least = Math.min(one.total, other.total) * Math.min(hits / total, 1 - hits / total);
  return least >= LEAST_EXPECTED
    ? { test: 'two-proportion z', p: zTest(one, other) }
    : { test: 'Fisher', p: fisher(one, other) };
}

function zTest(one: Proportion, other: Proportion): number {
  const pooled = (one.hits + other.hits) / (one.total + other.total);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / one.total + 1 / other.total));
  if (error === 0) return 1;
  return twoSided((one.hits / one.total - other.hits / other.total) / error);
}

/**
 * Fisher's exact test, two-sided: the probabilities of all tables with the same margins that are not likelier than the observed
 * one.
 */
function fisher(one: Proportion, other: Proportion): number {
  const hits = one.hits + other.hits;
  const chance = (count: number): number =>
    logChoose(one.total, count) +
    logChoose(other.total, hits - count) -
    logChoose(one.total + other.total, hits);
  const observed = chance(one.hits);
  let p = 0;
  for (let count = Math.max(0, hits - other.total); count <= Math.min(hits, one.total); count += 1) {
    const each = chance(count);
    // Equal probabilities may differ in their last digits.
    if (each <= observed + 1e-7) p += Math.exp(each);
  }
  return Math.min(1, p);
}

/**
 * The Mann-Whitney U test, two-sided: whether values of one side tend to be greater. Exact for short lists without ties, otherwise by the
 * normal distribution, corrected for ties and for continuity. `u`: the pairs in which the value of `one` is greater.
 */
export function compareRanks(
  one: readonly number[],
  other: readonly number[],
): TestResult & { readonly u: number } {
  const pairs = one.length * other.length;
  const u = one.reduce(
    (sum, a) => sum + other.reduce((wins, b) => wins + (a > b ? 1 : a === b ? 0.5 : 0), 0),
    0,
  );
  const extreme = Math.min(u, pairs - u);
  const ties = tieSizes([...one, ...other]);
  const isCounted = ties.length === 0 && one.length <= MOST_COUNTED && other.length <= MOST_COUNTED;
  if (isCounted) return { u, p: Math.min(1, 2 * shareAtMost(extreme, one.length, other.length)) };
  const n = one.length + other.length;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = (pairs / 12) * (n + 1 - tied / (n * (n - 1)));
  if (variance <= 0) return { u, p: 1 };
  const distance = Math.max(0, Math.abs(u - pairs / 2) - 0.5);
  return { u, p: twoSided(distance / Math.sqrt(variance)) };
}

/** The share of all orders of two lists in which U is `most` at most, counted by the recursion of Mann and Whitney. */
function shareAtMost(most: number, one: number, other: number): number {
  // ways[n][u]: with n values of one side and those of the other side so far.
  let ways: readonly (readonly number[])[] = Array.from({ length: one + 1 }, () => [1]);
  for (let m = 1; m <= other; m += 1) {
    const next: number[][] = [[1]];
    for (let n = 1; n <= one; n += 1) {
      // The greatest value is one of the first side, greater than m others, or one of the other side.
      next[n] = Array.from(
        { length: n * m + 1 },
        (_, u) => (next[n - 1]?.[u - m] ?? 0) + (ways[n]?.[u] ?? 0),
      );
    }
    ways = next;
  }
  const counts = ways[one] ?? [];
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.slice(0, Math.floor(most) + 1).reduce((sum, count) => sum + count, 0) / all;
}

function tieSizes(values: readonly number[]): readonly number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}

/** The middle of a list; of an even number of values, the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The probability of a standard normal value at least so far from 0. */
function twoSided(z: number): number {
  return complementaryError(Math.abs(z) / Math.SQRT2);
}

/**
 * erfc for x ≥ 0: its series near 0, its continued fraction above, in which each step adds accuracy.
 * https://dlmf.nist.gov/7.6 and https://dlmf.nist.gov/7.9
 */
function complementaryError(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 60; n += 1) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = 60; n >= 1; n -= 1) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Summed for small numbers; Stirling's series is exact to 12 digits above. https://dlmf.nist.gov/5.11 */
function logFactorial(n: number): number {
  if (n < 20) {
    let sum = 0;
    for (let each = 2; each <= n; each += 1) sum += Math.log(each);
    return sum;
  }
  const x = n + 1;
  return (
    (x - 0.5) * Math.log(x) -
    x +
    0.5 * Math.log(2 * Math.PI) +
    1 / (12 * x) -
    1 / (360 * x ** 3) +
    1 / (1260 * x ** 5)
  );
}
