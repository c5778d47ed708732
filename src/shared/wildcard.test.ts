import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPattern, policyPattern, type Step, starPattern } from './wildcard.ts';

/** The rules word for word, by trying everything: too slow for anything but short texts. */
function matchesSlowly(pattern: readonly string[], text: readonly string[], one: string): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*')
    return (
      text.some((_, index) => matchesSlowly(rest, text.slice(index), one)) || matchesSlowly(rest, [], one)
    );
  return text.length > 0 && (first === one || first === text[0]) && matchesSlowly(rest, text.slice(1), one);
}

const patterns = fc.array(fc.constantFrom('*', '?', 'a', 'b', '.', '😀'), { maxLength: 8 });
const texts = fc.array(fc.constantFrom('a', 'b', '.', '?', '\n', '😀'), { maxLength: 8 });

describe('starPattern', () => {
  it('matches the same texts as a matcher that tries everything', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect(starPattern(pattern.join('')).matches(text.join(''))).toBe(matchesSlowly(pattern, text, ''));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['v*', 'v1.2', true],
    ['v*', 'dev', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['release-?', 'release-1', false],
    ['1.2', '1x2', false],
    ['*-rc*', 'v1-rc-2', true],
    ['[a]\\(+)^$', '[a]\\(+)^$', true],
  ])('reads "%s" against "%s" as %s', (pattern, text, matches) => {
    expect(starPattern(pattern).matches(text)).toBe(matches);
  });
});

describe('policyPattern', () => {
  it('matches the same texts as a matcher that tries everything', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect(policyPattern(pattern.join('')).matches(text.join(''))).toBe(
          matchesSlowly(pattern, text, '?'),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('matches one whole character, including line breaks, with a question mark', () => {
    expect(policyPattern('a?b').matches('a😀b')).toBe(true);
    expect(policyPattern('a?b').matches('a\nb')).toBe(true);
    expect(policyPattern('a?b').matches('ab')).toBe(false);
  });
});

describe('the number of characters that steps look at', () => {
  /** Steps of the pattern that count how often they are asked. */
  function counted(pattern: string): { readonly steps: readonly Step[]; readonly asked: () => number } {
    let asked = 0;
    const count = (of: (character: string) => boolean) => (character: string) => {
      asked += 1;
      return of(character);
    };
    const steps = Array.from(pattern, (each): Step => {
      if (each === '*') return { takes: 'everything' };
      if (each === '-') return { takes: 'many', of: count((character) => character !== '/') };
      return { takes: 'one', of: count((character) => each === '?' || each === character) };
    });
    return { steps, asked: () => asked };
  }

  it.each([
    ['*a'.repeat(10).concat('*b'), 'a'.repeat(128)],
    ['-a'.repeat(10).concat('-b'), 'a'.repeat(250)],
    ['-'.repeat(30).concat('b'), 'a'.repeat(250)],
    ['*?'.repeat(30).concat('b'), 'a'.repeat(250)],
    [`*${'a'.repeat(100)}b`, 'a'.repeat(1000)],
  ])('is at most characters × steps for %s', (pattern, text) => {
    const { steps, asked } = counted(pattern);
    expect(createPattern(steps).matches(text)).toBe(false);
    expect(asked()).toBeGreaterThan(0);
    expect(asked()).toBeLessThanOrEqual(text.length * steps.length);
  });

  it('grows only with the text where single characters separate wildcards', () => {
    const { steps, asked } = counted('*a'.repeat(500).concat('*b'));
    expect(createPattern(steps).matches('a'.repeat(10_000))).toBe(false);
    expect(asked()).toBeLessThanOrEqual(10_000);
  });
});
