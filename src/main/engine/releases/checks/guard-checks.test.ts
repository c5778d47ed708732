import { describe, expect, it } from 'vitest';
import type { Guard, ReleaseWindow } from '../../../../shared/model/environment.ts';
import { guardChecks } from './guard-checks.ts';

const OPEN: Guard = {
  environment: 'staging',
  from: 'rule',
  confirm: 'click',
  readOnly: false,
  mutableTags: 'allow',
};
const NOON = new Date('2026-11-27T11:00:00Z');
const OFFICE: ReleaseWindow = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  timeZone: 'Europe/Berlin',
};

describe('the guard checks of a plan', () => {
  it('say nothing where no rule does', () => {
    expect(guardChecks(OPEN, [], NOON)).toEqual([]);
  });

  it('refuse a read-only service, and nobody can override that', () => {
    expect(guardChecks({ ...OPEN, readOnly: true }, [], NOON)).toMatchObject([
      { rule: 'read-only', result: 'fail' },
    ]);
    expect(guardChecks({ ...OPEN, readOnly: true }, [], NOON)[0]).not.toHaveProperty('overridable');
  });

  it('refuse a release outside of its window unless somebody overrides it', () => {
    const saturday = new Date('2026-11-28T11:00:00Z');
    expect(guardChecks({ ...OPEN, window: OFFICE }, [], saturday)).toMatchObject([
      { rule: 'release-window', result: 'fail', overridable: true },
    ]);
    expect(guardChecks({ ...OPEN, window: OFFICE }, [], NOON)).toMatchObject([{ result: 'pass' }]);
  });

  it.each([
    ['repo/web:latest', 'fail'],
    ['repo/web:1.2', 'fail'],
    [`repo/web@sha256:${'a'.repeat(64)}`, 'pass'],
  ] as const)('judge the image %s where tags must not move: %s', (reference, result) => {
    const image = { container: 'web', reference, finding: { state: 'foreign' } } as const;
    expect(guardChecks({ ...OPEN, mutableTags: 'refuse' }, [image], NOON)).toMatchObject([
      { rule: 'mutable-tag', subject: 'web', result },
    ]);
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
  const [check] = guardChecks({ ...OPEN, window: OFFICE }, [], new Date(moment));
  expect(check?.result === 'pass').toBe(open);
});
