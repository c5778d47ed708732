import { describe, expect, it } from 'vitest';
import type { Guard } from '../../../../shared/model/environment.ts';
import { failUnlessOverridden, read } from '../../ecs/check.ts';
import { isIdentity, isSamePerson } from '../../permissions/principals.ts';
import { teamChecks, underOverrides } from './team-checks.ts';

type TeamRelease = Parameters<typeof teamChecks>[1];

const OPEN: Guard = {
  environment: 'production',
  from: 'rule',
  confirm: 'click',
  readOnly: false,
  mutableTags: 'allow',
};
const MIRA = 'arn:aws:sts::123456789012:assumed-role/deployer/mira';
const NOON = new Date('2026-12-22T11:00:00Z');

const release = (change: Partial<TeamRelease> = {}): TeamRelease => ({
  serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/a/b',
  deployed: [],
  caller: read(MIRA),
  ...change,
});
const resultOf = (guard: Partial<Guard>, of = release(), now = NOON) =>
  teamChecks({ ...OPEN, ...guard }, of, now).map(({ rule, result }) => `${rule} ${result}`);

it('the rules of a team say nothing where there are none', () => {
  expect(resultOf({})).toEqual([]);
});

describe('a freeze', () => {
  it.each([
    ['2026-12-20', '2026-12-22', undefined, '2026-12-22T23:59:59Z', 'fail'],
    ['2026-12-20', '2026-12-22', undefined, '2026-12-23T00:00:00Z', 'pass'],
    ['2026-12-20', '2026-12-22', undefined, '2026-12-19T23:59:59Z', 'pass'],
    // It is the 23rd in Berlin already.
    ['2026-12-20', '2026-12-22', 'Europe/Berlin', '2026-12-22T23:30:00Z', 'pass'],
    ['2026-12-22T12:00:00+01:00', '2026-12-22T13:00:00+01:00', undefined, '2026-12-22T11:59:00Z', 'fail'],
    ['2026-12-22T12:00:00+01:00', '2026-12-22T13:00:00+01:00', undefined, '2026-12-22T12:00:00Z', 'pass'],
  ])('from %s to %s (%s) at %s lets the check %s', (from, to, timeZone, at, result) => {
    const freeze = { from, to, reason: 'holidays', ...(timeZone === undefined ? {} : { timeZone }) };
    expect(resultOf({ freezes: [freeze] }, release(), new Date(at))).toEqual([`freeze ${result}`]);
  });

  it('says until when and why, and cannot be overridden', () => {
    const freezes = [{ from: '2026-12-20', to: '2027-01-02', reason: 'holidays' }];
    const [check] = teamChecks({ ...OPEN, freezes }, release(), NOON);
    expect(check?.message).toBe('Releases are frozen from 2026-12-20 to 2027-01-02 (UTC): holidays');
    expect(check).not.toHaveProperty('overridable');
  });
});

describe('an identity of a rule', () => {
  const sso = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/mira@example.com';
  it.each([
    ['*', MIRA, true],
    ['role/deployer', MIRA, true],
    ['role/deploy*', MIRA, true],
    ['role/deployer/mira', MIRA, true],
    ['role/deployer/ana', MIRA, false],
    // The session has a name that the caller chooses: it never stands for that of the role.
    ['role/*mira', MIRA, false],
    ['arn:aws:iam::123456789012:role/deployer', MIRA, true],
    ['arn:aws:iam::123456789012:role/teams/shop/deployer', MIRA, true],
    ['arn:aws:iam::999999999999:role/deployer', MIRA, false],
    ['arn:aws:sts::123456789012:assumed-role/deployer/mira', MIRA, true],
    ['permission-set/Admin', sso, true],
    ['permission-set/Admin/mira@example.com', sso, true],
    ['permission-set/Read*', sso, false],
    ['permission-set/deployer', MIRA, false],
    ['user/mira', 'arn:aws:iam::123456789012:user/shop/mira', true],
    ['user/shop/*', 'arn:aws:iam::123456789012:user/shop/mira', true],
    ['user/*', 'arn:aws:iam::123456789012:role/mira', false],
    ['user/mira', 'arn:aws:iam::123456789012:root', false],
  ])('%s is %s: %s', (pattern, arn, expected) => {
    expect(isIdentity(pattern, arn)).toBe(expected);
  });

  it.each([
    [MIRA, MIRA, true],
    [MIRA, MIRA.replace('mira', 'ana'), false],
    [MIRA, MIRA.replace('deployer', 'other'), false],
    // Names that programs choose tell nobody from another.
    [MIRA, MIRA.replace('mira', 'slipway-1796000000000'), true],
    [MIRA.replace('mira', 'botocore-session-1'), MIRA.replace('mira', 'botocore-session-2'), true],
    ['arn:aws:iam::123456789012:user/mira', 'arn:aws:iam::123456789012:user/ana', false],
  ])('%s and %s are one person: %s', (one, other, expected) => {
    expect(isSamePerson(one, other)).toBe(expected);
  });
});

describe('a rule of who may deploy', () => {
  const window = { days: ['sat'], from: '09:00', to: '17:00', timeZone: 'UTC' } as const;
  it.each([
    [[{ identity: 'role/deployer' }], 'pass'],
    [[{ identity: 'role/other' }], 'fail'],
    [[], 'fail'],
    [[{ identity: 'role/deployer', window: { ...window, days: ['sat' as const] } }], 'fail'],
    [[{ identity: 'role/deployer', window: { ...window, days: ['tue' as const] } }], 'pass'],
  ])('%j lets the check %s', (deployers, result) => {
    expect(resultOf({ deployers })).toEqual([`deployer ${result}`]);
  });

  it('fails where AWS does not say who the caller is', () => {
    const caller = { state: 'unreadable', reason: 'You may not call GetCallerIdentity.' } as const;
    expect(resultOf({ deployers: [{ identity: '*' }] }, release({ caller }))).toEqual(['deployer fail']);
  });
});

describe('allowed images', () => {
  const ecr = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
  it.each([
    [{ repositories: ['shop/*'] }, `${ecr}/shop/web:1`, 'pass'],
    [{ repositories: ['shop/*'] }, `${ecr}/other/web:1`, 'fail'],
    [{ repositories: ['shop/*'] }, 'shop/web:1', 'fail'],
    [{ repositories: ['shop/*'] }, '999999999999.dkr.ecr.eu-central-1.amazonaws.com/shop/web:1', 'fail'],
    [{ repositories: ['shop/*'] }, '123456789012.dkr.ecr.eu-central-1.evil.example/shop/web:1', 'fail'],
    [{ repositories: ['*.amazonaws.com/shop/*'] }, 'evil.example/x.amazonaws.com/shop/web:1', 'fail'],
    [{ repositories: ['docker.io/library/nginx'] }, 'nginx:1', 'pass'],
    [{ repositories: [] }, `${ecr}/shop/web:1`, 'fail'],
    [{ tags: ['v*', 'release-*'] }, `${ecr}/shop/web:v1`, 'pass'],
    [{ tags: ['v*'] }, `${ecr}/shop/web:1`, 'fail'],
    [{ tags: ['v*'] }, `${ecr}/shop/web`, 'fail'],
    [{ tags: ['v*'] }, `${ecr}/shop/web@sha256:${'a'.repeat(64)}`, 'fail'],
  ])('%j with %s: %s', (guard, reference, result) => {
    const deployed = [{ container: 'web', reference }];
    expect(teamChecks({ ...OPEN, ...guard }, release({ deployed }), NOON)).toMatchObject([
      { rule: 'allowed-image', subject: 'web', result },
    ]);
  });
});

describe('two people', () => {
  const guard = { approvals: 'two-people', ledger: { table: 'slipway-ledger' } } as const;
  it.each([
    [{ approvals: 'two-people' } as const, undefined, 'fail'],
    [guard, undefined, 'fail'],
    [guard, MIRA, 'fail'],
    [guard, MIRA.replace('mira', 'ana'), 'pass'],
  ])('of %j, planned by %s: %s', (rules, plannedBy, result) => {
    expect(resultOf(rules, release({ plannedBy }))).toEqual([`two-people ${result}`]);
  });
});

describe('a rule of what may be overridden', () => {
  const freezes = [{ from: '2026-12-20', to: '2027-01-02', reason: 'holidays' }];
  const checks = [
    ...teamChecks({ ...OPEN, freezes }, release(), NOON),
    failUnlessOverridden('release-window', 'Closed', 'Wait for the window, or override this check.'),
  ];
  const left = (overrides: Guard['overrides']) =>
    underOverrides({ ...OPEN, ...(overrides === undefined ? {} : { overrides }) }, checks, read(MIRA))
      .filter(({ overridable }) => overridable === true)
      .map(({ rule }) => rule);

  it.each([
    [undefined, ['release-window']],
    ['none', []],
    [['freeze'], ['freeze']],
    [['*'], ['freeze', 'release-window']],
    [[{ check: '*', by: ['role/lead'] }], []],
    [
      [{ check: 'freeze', by: ['role/deployer/mira'] }, 'release-window'],
      ['freeze', 'release-window'],
    ],
  ] as const)('%j leaves %j', (overrides, expected) => {
    expect(left(typeof overrides === 'object' ? [...overrides] : overrides)).toEqual(expected);
  });

  it('takes the words about an override out of the advice', () => {
    const shown = underOverrides({ ...OPEN, overrides: 'none' }, checks, read(MIRA));
    expect(shown[1]?.advice).toBe('Wait for the window. A rule does not let you override this.');
  });
});
