import { describe, expect, it } from 'vitest';
import { freeTags, isVersionTag, nextVersions } from './tag-rules.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('free tags in place of one that is taken', () => {
  it.each([
    ['1.2.0', ['1.2.0', '1.2.3', '1.3.9'], undefined, ['1.2.4', '1.2.0-2']],
    ['v2.0.0', ['v2.0.0', '2.0.7'], COMMIT, ['v2.0.1', '0123456', 'v2.0.0-2']],
    ['1.9.0', ['1.9.10', '1.9.2', '1.9.11-rc.1'], undefined, ['1.9.11', '1.9.0-2']],
    ['stable', ['stable', 'stable-2', 'stable-3'], undefined, ['stable-4']],
    ['stable-2', ['stable-2'], undefined, ['stable-3']],
    ['0123456', ['0123456'], COMMIT, ['0123456-2']],
    ['1', ['1', '0123456'], COMMIT, ['1-2']],
    ['1', [], `${COMMIT}-dirty`, ['0123456-dirty', '1-2']],
    ['a'.repeat(128), [], undefined, [`${'a'.repeat(126)}-2`]],
  ] as const)('for %s among %j with the commit %s', (wanted, tags, commit, free) => {
    expect(freeTags(wanted, { tags, commit })).toEqual(free);
  });
});

describe('the next versions', () => {
  it.each([
    [['1.2.0', '1.10.3', '1.9.9', 'latest'], { patch: '1.10.4', minor: '1.11.0', major: '2.0.0' }],
    [['v0.9.1', 'v1.0.0-rc.1'], { patch: 'v0.9.2', minor: 'v0.10.0', major: 'v1.0.0' }],
    [['2.0.0', 'v1.9.0'], { patch: '2.0.1', minor: '2.1.0', major: '3.0.0' }],
    [['latest', '4be91d7', '1.2', '1.2.3.4'], undefined],
    [[], undefined],
  ] as const)('of %j', (tags, next) => {
    expect(nextVersions(tags)).toEqual(next);
  });
});

it.each([
  ['1.4.2', true],
  ['v2.0.0-rc.1', true],
  ['v1.2.0-3-gabc1234-dirty', true],
  ['2026.11', true],
  [COMMIT, false],
  ['1234567', false],
  ['20260304-050607', false],
  ['latest', false],
])('the tag %s is a version: %s', (tag, expected) => {
  expect(isVersionTag(tag)).toBe(expected);
});
