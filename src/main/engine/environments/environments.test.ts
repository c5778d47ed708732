import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProjectEnvironment } from '../../../shared/model/project.ts';
import { type Environments, openEnvironments, readOnlyRule, strictestGuard } from './environments.ts';
import { NO_TICKET } from './ticket.ts';

const ACME = { id: 'profile:acme', name: 'acme', kind: 'profile' } as const;

let folder: string;
let environments: Environments;
let version = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'environments-'));
  environments = openEnvironments({ data: folder });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string): void {
  const file = join(folder, 'environments.yml');
  writeFileSync(file, text);
  // Two writes within a tick of the file system's clock are two versions anyway.
  version += 1;
  utimesSync(file, version, version);
}

const at = (cluster?: string, service?: string) => environments.guardOf({ account: ACME, cluster, service });

describe('the guard of a place', () => {
  it('without rules follows from the names, and is strict where they say nothing', () => {
    expect(at('web')).toEqual({
      environment: 'unclassified',
      from: 'none',
      confirm: 'name',
      readOnly: false,
      mutableTags: 'allow',
    });
    expect(at('prod-eu')).toMatchObject({ environment: 'production', from: 'name', confirm: 'name' });
    expect(at('staging')).toMatchObject({ environment: 'staging', from: 'name', confirm: 'click' });
  });

  it('has a name and a color for each region, and the same guard in all of them', () => {
    write(`
rules:
  - account: acme
    region: eu-*
    name: Shop EU
    color: teal
  - account: acme
    region: us-east-1
    name: Shop US
    color: pink
  - account: acme
    readOnly: true
`);
    const inRegion = (region?: string) => environments.guardOf({ account: ACME, region });
    expect(inRegion('eu-west-1')).toMatchObject({ name: 'Shop EU', color: 'teal', readOnly: true });
    expect(inRegion('us-east-1')).toMatchObject({ name: 'Shop US', color: 'pink', readOnly: true });
    expect(inRegion('us-west-2').name).toBeUndefined();
    expect(inRegion()).toMatchObject({ readOnly: true });
  });

  it('takes no guard from a rule with a region, and is strict in every region while the file has one', () => {
    write('rules: [{ account: acme, region: eu-west-1, readOnly: true }]');
    expect(environments.rules().problem).toContain('has a region, so it can only have a name and a color');
    expect(environments.guardOf({ account: ACME, region: 'us-east-1' })).toMatchObject({ readOnly: true });
  });

  it('takes each setting from the first rule that matches and names it', () => {
    write(`
rules:
  - service: payments*
    readOnly: true
  - account: acme
    cluster: blue-*
    environment: staging
    mutableTags: refuse
    reason: required
    findings: { refuse: critical, warn: high }
    signature: required
    window: { days: [mon, fri], from: "09:00", to: "17:00", timeZone: Europe/Berlin }
    ledger: { table: slipway-ledger, region: eu-central-1 }
  - account: "*"
    environment: development
    confirm: name
`);
    expect(at('blue-1', 'payments-api')).toEqual({
      environment: 'staging',
      from: 'rule',
      confirm: 'name',
      readOnly: true,
      mutableTags: 'refuse',
      reason: 'required',
      findings: { refuse: 'critical', warn: 'high' },
      signature: 'required',
      window: { days: ['mon', 'fri'], from: '09:00', to: '17:00', timeZone: 'Europe/Berlin' },
      ledger: { table: 'slipway-ledger', region: 'eu-central-1' },
    });
    expect(at('green')).toMatchObject({ environment: 'development', confirm: 'name', readOnly: false });
  });

  it('follows a change of the file', () => {
    write('rules: [{ cluster: web, environment: development }]');
    expect(at('web').environment).toBe('development');
    write('rules: [{ cluster: web, environment: production }]');
    expect(at('web').environment).toBe('production');
  });

  it.each([
    ['rules:\n  - cluster: web\n    environment: prod\n', 3],
    ['rules:\n  - cluster: web\n  - environment: production\n', 3],
    ['rules:\n  - cluster: web\n    colour: red\n', 3],
    [
      'rules:\n  - cluster: a\n    window: { days: [mon], from: "9", to: "17:00", timeZone: Europe/Berlin }\n',
      3,
    ],
    ['rules:\n  - cluster: a\n    window: { days: [mon], from: "09:00", to: "17:00", timeZone: Mars }\n', 3],
    ['rules:\n  - cluster: a\n    findings: { refuse: severe }\n', 3],
    ['rules:\n  - cluster: a\n    findings: {}\n', 3],
    ['rules:\n  - cluster: [a\n', 2],
    ['rules: 5\n', 1],
    ['just text\n', 1],
    [
      `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
      1,
    ],
  ])('of the file %j is confirmed by name, and the problem names line %d', (text, line) => {
    write(text);
    expect(environments.rules().problem).toContain(`Line ${line} of ${join(folder, 'environments.yml')}`);
    expect(environments.guardOf({ account: ACME, cluster: 'dev' }).confirm).toBe('name');
  });

  it('keeps the valid rules of a file with a mistake, and those of before it', () => {
    write('rules:\n  - { cluster: web, readOnly: true }\n  - { cluster: api, environment: prod }\n');
    expect(at('web').readOnly).toBe(true);
    write('rules:\n  - { cluster: api, readOnly: true }\n');
    expect(at('api').readOnly).toBe(true);
    write('rules: [\n');
    expect(at('api')).toMatchObject({ readOnly: true, confirm: 'name' });
  });

  it('counts a mistake in a rule of the team as the strictest', () => {
    write(`
rules:
  - account: acme
    freezes: soon
    deployers: { identity: role/deployer }
    ticket: "(?=x)"
    repositories: shop
    tags: v*
    overrides: some
    approvals: three-people
`);
    expect(at('web')).toMatchObject({
      freezes: [{ from: '2000-01-01', to: '9999-12-31' }],
      deployers: [],
      ticket: NO_TICKET,
      repositories: [],
      tags: [],
      overrides: 'none',
      approvals: 'two-people',
    });
  });

  it('has the valid settings of a rule with a mistake, and the strictest in place of the others', () => {
    write(
      [
        'rules:',
        '  - { cluster: web, readOnly: true, confirm: maybe }',
        '  - { cluster: api, readOnly: yes please, environment: staging }',
        '  - { cluster: job, readonly: true, color: red, mutable-tags: no }',
        '  - { cluster: scanned, findings: { refuse: severe }, signature: yes }',
        '  - { cluster: 5, readOnly: true }',
        '',
      ].join('\n'),
    );
    expect(at('web')).toMatchObject({ readOnly: true, confirm: 'name' });
    expect(at('api')).toMatchObject({ readOnly: true, environment: 'staging' });
    expect(at('job')).toMatchObject({ readOnly: true, mutableTags: 'refuse' });
    expect(at('scanned')).toMatchObject({
      findings: { refuse: 'low', unscanned: 'refuse' },
      signature: 'required',
    });
    expect(at('other').readOnly).toBe(false);
  });

  it('has the lower threshold of the rules before a mistake and of those with it', () => {
    write('rules:\n  - { cluster: web, findings: { refuse: high, warn: high } }\n');
    expect(at('web').findings).toEqual({ refuse: 'high', warn: 'high' });
    write(
      'rules:\n  - { cluster: web, findings: { refuse: critical, warn: low, unscanned: refuse } }\n  - 5\n',
    );
    expect(at('web').findings).toEqual({ refuse: 'high', warn: 'low', unscanned: 'refuse' });
  });

  it('is as strict as the rules before a mistake and as those with it', () => {
    write('rules:\n  - { cluster: web, readOnly: true }\n');
    expect(at('web').readOnly).toBe(true);
    write(
      'rules:\n  - { cluster: web, readOnly: false, reason: required }\n  - { cluster: api, mutableTags: refuse }\n  - 5\n',
    );
    expect(at('web')).toMatchObject({ readOnly: true, reason: 'required', confirm: 'name' });
    expect(at('api').mutableTags).toBe('refuse');
  });

  it('of a file over 256 KiB is confirmed by name', () => {
    write(`# ${'x'.repeat(256 * 1024)}`);
    expect(environments.rules().problem).toContain('larger than 256 KiB');
  });
});

describe('the guard of a whole account', () => {
  it('is as strict as the strictest of its clusters', () => {
    const sandbox = { id: 'sandbox', name: 'sandbox', kind: 'sandbox' } as const;
    expect(strictestGuard(environments, sandbox, [])).toMatchObject({
      environment: 'sandbox',
      confirm: 'click',
    });
    expect(strictestGuard(environments, sandbox, ['tools', 'production-eu', 'staging'])).toMatchObject({
      environment: 'production',
      confirm: 'name',
    });
  });

  it('with a name that says nothing follows from the clusters that are named', () => {
    expect(strictestGuard(environments, ACME, ['dev', 'staging'])).toMatchObject({
      environment: 'staging',
      confirm: 'click',
    });
    expect(strictestGuard(environments, ACME, ['dev', 'web']).environment).toBe('unclassified');
  });

  it('is read-only where a rule makes one of its clusters so', () => {
    write('rules: [{ cluster: frozen, readOnly: true }]');
    expect(strictestGuard(environments, ACME, ['dev', 'frozen']).readOnly).toBe(true);
  });
});

describe('saying what a place is', () => {
  it('puts a rule first and keeps what a person wrote', () => {
    write('# Ours.\nrules:\n  # All of them.\n  - account: "*" # everybody\n    environment: production\n');
    environments.classify({ account: ACME, cluster: 'web' }, 'development');
    expect(at('web').environment).toBe('development');
    expect(at('api').environment).toBe('production');
    const text = readFileSync(join(folder, 'environments.yml'), 'utf8');
    for (const kept of ['# Ours.', '# All of them.', '# everybody']) expect(text).toContain(kept);
  });

  it('makes the file where there is none', () => {
    environments.classify({ account: ACME }, 'staging');
    expect(at()).toMatchObject({ environment: 'staging', from: 'rule' });
  });

  it('is refused while the file has a mistake, and for a name that would match others', () => {
    expect(() => environments.classify({ account: ACME, cluster: 'w*' }, 'staging')).toThrow(
      'would match others',
    );
    write('rules: 5');
    expect(() => environments.classify({ account: ACME }, 'staging')).toThrow('Line 1 of');
    expect(readFileSync(join(folder, 'environments.yml'), 'utf8')).toBe('rules: 5');
  });
});

it('a change without a plan is refused where a rule makes the account read-only', () => {
  const requireChangeable = readOnlyRule(environments, { find: () => ({ account: ACME }) });
  expect(() => requireChangeable({ account: 'profile:acme' })).not.toThrow();
  write('rules: [{ account: acme, readOnly: true }]');
  expect(() => requireChangeable({ account: 'profile:acme' })).toThrow(
    'A rule of environments.yml or slipway.yml makes acme read-only. Change the rule first.',
  );
});

describe('the environment of slipway.yml that the host was started for', () => {
  const PROJECT: ProjectEnvironment = {
    account: '123456789012',
    cluster: 'shop',
    tags: 'v*',
    services: {
      web: { containers: { app: { repository: 'shop/web' }, proxy: { repository: 'proxy', tags: '*' } } },
    },
    rules: { environment: 'staging', readOnly: true },
  };
  const guardOf = (cluster: string, service: string) =>
    openEnvironments({ data: folder }, { chosen: PROJECT }).guardOf({ account: ACME, cluster, service });

  it('guards its cluster, and names the account and the images of its services', () => {
    expect(guardOf('shop', 'web')).toMatchObject({
      environment: 'staging',
      from: 'rule',
      readOnly: true,
      account: '123456789012',
      images: [
        { container: 'app', repository: 'shop/web', tags: 'v*' },
        { container: 'proxy', repository: 'proxy', tags: '*' },
      ],
    });
    expect(guardOf('shop', 'constructor')).not.toHaveProperty('images');
  });

  it('says nothing about another cluster', () => {
    expect(guardOf('other', 'web')).toEqual(at('other', 'web'));
  });

  it('comes after the rules of environments.yml', () => {
    write('rules:\n  - cluster: shop\n    environment: production\n');
    expect(guardOf('shop', 'web')).toMatchObject({ environment: 'production', readOnly: true });
  });
});
