import { describe, expect, it } from 'vitest';
import type { Guard } from '../../../../shared/model/environment.ts';
import type { ReleaseWindow } from '../../../../shared/model/team-rules.ts';
import { guardChecks } from './guard-checks.ts';

const OPEN: Guard = {
  environment: 'staging',
  from: 'rule',
  confirm: 'click',
  readOnly: false,
  mutableTags: 'allow',
};
const NO_IMAGES = { serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/a/b', images: [] };
const NOON = new Date('2026-11-27T11:00:00Z');
const OFFICE: ReleaseWindow = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  timeZone: 'Europe/Berlin',
};

describe('the guard checks of a plan', () => {
  it('say nothing where no rule does', () => {
    expect(guardChecks(OPEN, NO_IMAGES, NOON)).toEqual([]);
  });

  it('refuse a read-only service, and nobody can override that', () => {
    expect(guardChecks({ ...OPEN, readOnly: true }, NO_IMAGES, NOON)).toMatchObject([
      { rule: 'read-only', result: 'fail' },
    ]);
    expect(guardChecks({ ...OPEN, readOnly: true }, NO_IMAGES, NOON)[0]).not.toHaveProperty('overridable');
  });

  it('refuse a release outside of its window unless somebody overrides it', () => {
    const saturday = new Date('2026-11-28T11:00:00Z');
    expect(guardChecks({ ...OPEN, window: OFFICE }, NO_IMAGES, saturday)).toMatchObject([
      { rule: 'release-window', result: 'fail', overridable: true },
    ]);
    expect(guardChecks({ ...OPEN, window: OFFICE }, NO_IMAGES, NOON)).toMatchObject([{ result: 'pass' }]);
  });

  it.each([
    ['repo/web:latest', 'fail'],
    ['repo/web:1.2', 'fail'],
    [`repo/web@sha256:${'a'.repeat(64)}`, 'pass'],
  ] as const)('judge the image %s where tags must not move: %s', (reference, result) => {
    const image = { container: 'web', reference, finding: { state: 'foreign' } } as const;
    expect(
      guardChecks({ ...OPEN, mutableTags: 'refuse' }, { ...NO_IMAGES, images: [image] }, NOON),
    ).toMatchObject([{ rule: 'mutable-tag', subject: 'web', result }]);
  });
});

describe('what slipway.yml expects', () => {
  const images = (reference: string) => ({
    ...NO_IMAGES,
    images: [{ container: 'web', reference, finding: { state: 'foreign' } } as const],
  });

  it('refuses a service of another account, and nobody can override that', () => {
    const [check] = guardChecks({ ...OPEN, account: '999999999999' }, NO_IMAGES, NOON);
    expect(check).toMatchObject({
      rule: 'account',
      result: 'fail',
      message: 'The service is in the account 123456789012, and slipway.yml names 999999999999',
    });
    expect(check).not.toHaveProperty('overridable');
    expect(guardChecks({ ...OPEN, account: '123456789012' }, NO_IMAGES, NOON)).toMatchObject([
      { rule: 'account', result: 'pass' },
    ]);
  });

  it.each([
    ['shop/web', undefined, '1.dkr.ecr.eu-central-1.amazonaws.com/shop/web:1', 'pass'],
    ['shop/web', undefined, 'shop/api:1', 'fail'],
    ['a.example/shop/web', undefined, 'b.example/shop/web:1', 'fail'],
    ['a.example/shop/web', undefined, 'a.example/shop/web:1', 'pass'],
    ['shop/web', 'v*', 'shop/web:v1.2', 'pass'],
    ['shop/web', 'v*', 'shop/web:1.2', 'fail'],
    ['shop/web', 'v*', 'shop/web', 'fail'],
    ['shop/web', 'v*', `shop/web:v2@sha256:${'a'.repeat(64)}`, 'pass'],
    ['shop/web', 'v*', `shop/web@sha256:${'a'.repeat(64)}`, 'fail'],
    ['shop/web', undefined, `shop/web@sha256:${'a'.repeat(64)}`, 'pass'],
  ])(
    'of the repository %s and the tags %s judges the image %s: %s',
    (repository, tags, reference, result) => {
      const expected = { container: 'web', repository, ...(tags === undefined ? {} : { tags }) };
      expect(guardChecks({ ...OPEN, images: [expected] }, images(reference), NOON)).toMatchObject([
        { rule: 'expected-image', subject: 'web', result },
      ]);
    },
  );

  it('of a container says nothing about the images of others', () => {
    const expected = { container: 'proxy', repository: 'shop/proxy' };
    expect(guardChecks({ ...OPEN, images: [expected] }, images('shop/web:1'), NOON)).toEqual([]);
  });
});

it.each([
  ['2026-11-27T07:59:59Z', false],
  ['2026-11-27T08:00:00Z', true],
  ['2026-11-27T15:59:59Z', true],
  ['2026-11-27T16:00:00Z', false],
  // Summer time in Berlin.
  ['2026-07-03T07:00:00Z', true],
  ['2026-07-03T15:00:00Z', false],
])('the window of weekdays from 9 to 17 in Berlin at %s is open: %s', (moment, open) => {
  const [check] = guardChecks({ ...OPEN, window: OFFICE }, NO_IMAGES, new Date(moment));
  expect(check?.result === 'pass').toBe(open);
});
