import { describe, expect, it } from 'vitest';
import { nestsDeeper } from './input-sentence.ts';

/** Lists in lists, so many around a number. */
function nested(levels: number): unknown {
  return JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
}

describe('the depth of an input', () => {
  it.each([
    [0, 3, false],
    [3, 3, false],
    [4, 3, true],
    [100_000, 32, true],
  ])('of %i levels is above %i: %j', (levels, most, isDeeper) => {
    expect(nestsDeeper(nested(levels), most)).toBe(isDeeper);
  });

  it('is unlimited for an object that contains itself', () => {
    const own: { self?: unknown } = {};
    own.self = own;
    expect(nestsDeeper(own, 32)).toBe(true);
  });

  it('is computed quickly where one object is referenced many times', () => {
    let input: unknown = 1;
    for (let level = 0; level < 30; level += 1) input = [input, input];
    expect(nestsDeeper(input, 32)).toBe(false);
  });
});
