import { describe, expect, it } from 'vitest';
import type { StoredImage } from '../../registry/repository.ts';
import { applyPolicy, parseLifecyclePolicy } from './lifecycle-policy.ts';

const NOW = new Date('2026-01-31T00:00:00Z');

/** An image of so many days of age; its digest is its name. */
function image(digest: string, days: number, ...tags: readonly string[]): StoredImage {
  return {
    digest,
    bytes: Buffer.alloc(0),
    manifest: {
      kind: 'image',
      mediaType: '',
      config: { mediaType: '', digest: '', size: 0, foreign: false },
      layers: [],
    },
    pushedAt: new Date(NOW.getTime() - days * 24 * 60 * 60 * 1000),
    sizeInBytes: 0,
    tags: new Set(tags),
    isSeeded: false,
  };
}

function expiring(selections: readonly object[], images: readonly StoredImage[]): readonly string[] {
  const rules = selections.map((selection, index) => ({
    rulePriority: index + 1,
    selection,
    action: { type: 'expire' },
  }));
  const parsed = parseLifecyclePolicy(JSON.stringify({ rules }));
  if (!parsed.ok) throw new Error(parsed.reason);
  return applyPolicy(parsed.policy, images, NOW).map(
    ({ image: { digest }, rulePriority }) => `${digest} ${rulePriority}`,
  );
}

describe('a policy', () => {
  const images = [
    image('a', 1, 'v3', 'prod'),
    image('b', 10, 'v2'),
    image('c', 20, 'v1', 'prod-old'),
    image('d', 30),
    image('e', 5),
  ];

  it('keeps the given number of newest images', () => {
    expect(expiring([{ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 }], images)).toEqual(
      ['c 1', 'd 1'],
    );
  });

  it('expires by age, and only what its tags select', () => {
    const age = { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 8 };
    expect(expiring([{ tagStatus: 'untagged', ...age }], images)).toEqual(['d 1']);
    expect(expiring([{ tagStatus: 'tagged', tagPrefixList: ['v'], ...age }], images)).toEqual(['b 1', 'c 1']);
    expect(expiring([{ tagStatus: 'tagged', tagPrefixList: ['v', 'prod'], ...age }], images)).toEqual([
      'c 1',
    ]);
    expect(expiring([{ tagStatus: 'tagged', tagPatternList: ['*-old'], ...age }], images)).toEqual(['c 1']);
    expect(expiring([{ tagStatus: 'tagged', tagPatternList: ['v.'], ...age }], images)).toEqual([]);
  });

  it('does not select what an earlier rule has selected', () => {
    const keepAllReleases = {
      tagStatus: 'tagged',
      tagPrefixList: ['v'],
      countType: 'imageCountMoreThan',
      countNumber: 99,
    };
    const keepOne = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 };
    expect(expiring([keepAllReleases, keepOne], images)).toEqual(['e 2', 'd 2']);
  });

  it('keeps an image as long as an index lists it', () => {
    const index: StoredImage = {
      ...image('index', 0, 'latest'),
      manifest: {
        kind: 'index',
        mediaType: '',
        manifests: [{ mediaType: '', digest: 'd', size: 0, foreign: false }],
      },
    };
    const rule = { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 };
    expect(expiring([rule], [...images, index])).toEqual([]);
  });
});

describe('a policy is refused', () => {
  const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 };
  const rule = { rulePriority: 1, selection, action: { type: 'expire' } };
  it.each([
    ['not JSON', '{', 'no rules'],
    ['without rules', '{"rules": []}', 'no rules'],
    ['with a priority of zero', { ...rule, rulePriority: 0 }, 'rulePriority'],
    ['that selects nothing', { ...rule, selection: undefined }, 'no selection'],
    [
      'with tags that are not named',
      { ...rule, selection: { ...selection, tagStatus: 'tagged' } },
      'tagPrefixList',
    ],
    ['without a count', { ...rule, selection: { ...selection, countNumber: undefined } }, 'countNumber'],
    ['that counts nothing known', { ...rule, selection: { ...selection, countType: 'size' } }, 'countType'],
    [
      'of an age without a unit',
      { ...rule, selection: { ...selection, countType: 'sinceImagePushed' } },
      'countUnit',
    ],
    ['that does nothing known', { ...rule, action: { type: 'hide' } }, 'action.type'],
  ])('%s', (_what, given, reason) => {
    const text = typeof given === 'string' ? given : JSON.stringify({ rules: [given] });
    const parsed = parseLifecyclePolicy(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });

  it('with two rules of one priority', () => {
    const parsed = parseLifecyclePolicy(JSON.stringify({ rules: [rule, rule] }));
    expect(parsed.ok ? '' : parsed.reason).toContain('same rulePriority');
  });
});
