import { describe, expect, it } from 'vitest';
import { type Candidate, compareRanks, rankOf, wantedOf } from './match.ts';

const at = (names: readonly string[], place = 'production us-east-1 shop', ids: readonly string[] = []) =>
  ({ names, ids, place }) satisfies Candidate;

const DIGEST = 'deadbeef'.repeat(8);

describe('a match', () => {
  it.each([
    ['billing-web', 'billing-web', 'exact'],
    ['  Billing-WEB ', 'billing-web', 'exact'],
    ['billing', 'billing-web', 'prefix'],
    ['web', 'billing-web', 'word'],
    ['web', 'billing.web', 'word'],
    ['ling', 'billing-web', 'part'],
    ['we bill', 'billing-web', 'word'],
    ['ling bill', 'billing-web', 'part'],
    ['eb', 'web-ebs', 'word'],
    ['zahl', 'zahlung-über', 'prefix'],
    ['über', 'zahlung-über', 'word'],
    ['hlung', 'zahlung-über', 'part'],
  ])('of %j with %s is %s', (text, name, rank) => {
    expect(rankOf(wantedOf(text), at([name]))).toBe(rank);
  });

  it('needs every term, in the name or in the place', () => {
    expect(rankOf(wantedOf('billing shop'), at(['billing-web']))).toBe('prefix');
    expect(rankOf(wantedOf('billing gone'), at(['billing-web']))).toBeUndefined();
  });

  it('of the place alone is none', () => {
    expect(rankOf(wantedOf('shop'), at(['billing-web']))).toBeUndefined();
    expect(rankOf(wantedOf('shop us-east-1'), at(['billing-web']))).toBeUndefined();
  });

  it('of an empty text is everything', () => {
    expect(rankOf(wantedOf('  '), at(['anything']))).toBe('part');
  });

  it('of several names is the best of them', () => {
    expect(rankOf(wantedOf('1.2.3'), at(['build-1.2.3', '1.2.3']))).toBe('exact');
  });

  it('of repository:tag needs a colon, so that the name of a repository does not find all of its images', () => {
    const image = at(['1.2.3', 'billing:1.2.3'], 'billing');
    expect(rankOf(wantedOf('billing'), image)).toBeUndefined();
    expect(rankOf(wantedOf('billing:1.2'), image)).toBe('prefix');
    expect(rankOf(wantedOf('billing 1.2'), image)).toBe('prefix');
  });

  it('of a digest or commit needs its first four characters', () => {
    const image = at(['4.4.1'], 'checkout', [DIGEST, 'c0ffee1234']);
    expect(rankOf(wantedOf('dead'), image)).toBe('prefix');
    expect(rankOf(wantedOf('dea'), image)).toBeUndefined();
    expect(rankOf(wantedOf(`sha256:${DIGEST}`), image)).toBe('exact');
    expect(rankOf(wantedOf('sha256:deadb'), image)).toBe('prefix');
    expect(rankOf(wantedOf('shop/checkout@sha256:deadb'), image)).toBe('prefix');
    expect(rankOf(wantedOf('c0ffee'), image)).toBe('prefix');
    expect(rankOf(wantedOf('checkout c0ffee'), image)).toBe('prefix');
    expect(rankOf(wantedOf('payments c0ffee'), image)).toBeUndefined();
    expect(rankOf(wantedOf('beef'), image)).toBeUndefined();
  });
});

it('exact matches come before beginnings, these before words, and these before other parts', () => {
  const names = ['my-web', 'cobweb', 'web', 'web-api'];
  const wanted = wantedOf('web');
  const sorted = names.toSorted((one, other) =>
    compareRanks(rankOf(wanted, at([one])) ?? 'part', rankOf(wanted, at([other])) ?? 'part'),
  );
  expect(sorted).toEqual(['web', 'web-api', 'my-web', 'cobweb']);
});
