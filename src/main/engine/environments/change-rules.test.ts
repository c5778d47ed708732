import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuleChange } from '../../../shared/model/environment.ts';
import { replacePrivateFile } from '../storage/private-files.ts';
import { changeRules } from './change-rules.ts';
import { openEnvironments } from './environments.ts';
import { readRules } from './rules-file.ts';

const TEXT = `# Ours. Ask the platform team.
rules:
  # The shop.
  - account: acme-prod # billed
    environment: production

  # --- Payments ---

  # Frozen until the audit.
  - cluster: payments-*
    readOnly: true # until May
    window: { days: [mon, tue], from: "09:00", to: "16:00", timeZone: Europe/Berlin }
  - service: 'ledger'
    confirm: name
`;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-'));
  file = join(folder, 'environments.yml');
  writeFileSync(file, TEXT);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (): string => readFileSync(file, 'utf8');
const change = (how: RuleChange): void => changeRules(file, how, readRules(file).version);

describe('a change of the rules', () => {
  it('of one setting alters its line alone', () => {
    change({ kind: 'replace', at: 1, rule: { ...rule(1), readOnly: false } });
    expect(text()).toBe(TEXT.replace('readOnly: true', 'readOnly: false'));
  });

  it('adds and removes settings of a rule and keeps the others as they are written', () => {
    change({ kind: 'replace', at: 0, rule: { account: 'acme-prod', name: 'Shop', color: 'orange' } });
    expect(text()).toBe(TEXT.replace('    environment: production\n', '    name: Shop\n    color: orange\n'));
  });

  it('writes what findings do on one line', () => {
    change({ kind: 'add', at: 0, rule: { cluster: 'web', findings: { refuse: 'critical', warn: 'high' } } });
    expect(text()).toContain('findings: { refuse: critical, warn: high }');
  });

  it('writes freezes and who may deploy on a line each', () => {
    const freezes = [{ from: '2026-12-20', to: '2027-01-02', reason: 'holidays' }];
    const deployers = [{ identity: 'role/deployer' }, { identity: 'user/mira' }];
    const rule = {
      cluster: 'web',
      freezes,
      deployers,
      overrides: ['freeze'],
      approvals: 'two-people',
    } as const;
    change({ kind: 'add', at: 0, rule });
    expect(text()).toContain(`    freezes:
      - { from: 2026-12-20, to: 2027-01-02, reason: holidays }
    deployers:
      - { identity: role/deployer }
      - { identity: user/mira }
`);
    expect(rules()[0]).toEqual(rule);
  });

  it('writes another window with its comment, and times in quotes', () => {
    change({
      kind: 'replace',
      at: 1,
      rule: {
        ...rule(1),
        window: { days: ['sat'], from: '10:00', to: '12:00', timeZone: 'UTC' },
      },
    });
    expect(text()).toContain('window: { days: [sat], from: "10:00", to: "12:00", timeZone: UTC }');
    expect(text()).toContain('# until May');
  });

  it('puts a new rule where it was asked for, between the comments of the others', () => {
    change({ kind: 'add', at: 1, rule: { cluster: '123', environment: 'staging' } });
    expect(text()).toBe(
      TEXT.replace(
        '    environment: production\n',
        '    environment: production\n  - cluster: "123"\n    environment: staging\n',
      ),
    );
  });

  it('moves a rule with the comments above it', () => {
    change({ kind: 'move', at: 0, to: 2 });
    expect(rules().map(({ account, cluster, service }) => account ?? cluster ?? service)).toEqual([
      'payments-*',
      'ledger',
      'acme-prod',
    ]);
    expect(text()).toMatch(/# The shop\.\n {2}- account: acme-prod # billed/);
    expect(text()).toMatch(/# Frozen until the audit\.\n {2}- cluster: payments/);
  });

  it('removes a rule with the comment right above it, and keeps those of before a blank line', () => {
    change({ kind: 'remove', at: 1 });
    expect(text()).toContain('# --- Payments ---');
    expect(text()).not.toContain('audit');
    expect(rules()).toHaveLength(2);
  });

  it('keeps a file with lines that are not indented, and one of Windows', () => {
    const flat = 'rules:\r\n# One.\r\n- cluster: a\r\n  readOnly: true\r\n- cluster: b\r\n';
    writeFileSync(file, flat);
    change({ kind: 'replace', at: 1, rule: { cluster: 'c' } });
    expect(text()).toBe(flat.replace('cluster: b', 'cluster: c'));
  });

  it('is written at once in a file with many blank lines before the first rule', () => {
    // A pattern that looked for the first rule tried every way to divide the blank lines.
    const blank = TEXT.replace('rules:\n', `rules:\n${'\n'.repeat(2000)}`);
    writeFileSync(file, blank);
    change({ kind: 'replace', at: 1, rule: { ...rule(1), readOnly: false } });
    expect(text()).toContain('readOnly: false');
    expect(rules()).toHaveLength(3);
  });

  it('is a file of its owner alone where there was none, and the last rule can be removed', () => {
    rmSync(file);
    change({ kind: 'add', at: 0, rule: { cluster: 'web', environment: 'production' } });
    expect(text()).toContain('# Environments of Slipway');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    change({ kind: 'remove', at: 0 });
    expect(rules()).toEqual([]);
    change({ kind: 'add', at: 0, rule: { cluster: 'web', readOnly: true } });
    expect(text()).toMatch(/rules:\n {2}- cluster: web\n {4}readOnly: true/);
  });

  it('of a linked file is written behind the link, which stays', () => {
    const shared = join(folder, 'shared.yml');
    writeFileSync(shared, TEXT);
    chmodSync(shared, 0o644);
    rmSync(file);
    symlinkSync(shared, file);
    change({ kind: 'remove', at: 2 });
    expect(readFileSync(shared, 'utf8')).not.toContain('ledger');
    expect(statSync(shared).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder).toSorted()).toEqual(['environments.yml', 'shared.yml']);
  });

  it.each([
    { kind: 'add', at: 4, rule: { cluster: 'x' } },
    { kind: 'replace', at: 3, rule: { cluster: 'x' } },
    { kind: 'remove', at: 3 },
    { kind: 'move', at: 0, to: 3 },
  ] as const)('$kind is refused where no rule is', (how) => {
    expect(() => change(how)).toThrow('There is no rule');
    expect(text()).toBe(TEXT);
  });

  it('is refused when somebody else has changed the file since it was read', () => {
    const { version } = readRules(file);
    writeFileSync(file, `${TEXT}# theirs\n`);
    expect(() => changeRules(file, { kind: 'remove', at: 0 }, version)).toThrow(
      'environments.yml has changed since its rules were read. Nothing was written.',
    );
    rmSync(file);
    expect(() => changeRules(file, { kind: 'remove', at: 0 }, version)).toThrow('has changed');
    expect(existsSync(file)).toBe(false);
  });

  it('is refused while the file is not valid, which names the line', () => {
    writeFileSync(file, 'rules:\n  - cluster: web\n    environment: prod\n');
    expect(() => change({ kind: 'remove', at: 0 })).toThrow('Line 3 of');
  });

  it('is refused where an anchor would carry it to another rule', () => {
    const anchored = 'rules:\n  - &base\n    cluster: a\n  - *base\n';
    writeFileSync(file, anchored);
    expect(() => change({ kind: 'replace', at: 0, rule: { cluster: 'b' } })).toThrow('by an anchor');
    writeFileSync(file, anchored);
    expect(() => change({ kind: 'remove', at: 0 })).toThrow('by an anchor');
    expect(text()).toBe(anchored);
  });

  it('is refused in a file that is full', () => {
    writeFileSync(file, `rules:\n${'  - cluster: a\n'.repeat(500)}`);
    expect(() => change({ kind: 'add', at: 0, rule: { cluster: 'b' } })).toThrow('500 rules at most');
  });

  it('of any kind, in any order, leaves exactly the rules that were asked for', () => {
    const anyRule = fc.record(
      {
        cluster: fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
        name: fc.constantFrom('Live', 'on', '- x', '# no', '123'),
        readOnly: fc.boolean(),
        findings: fc.constant({ refuse: 'critical' as const, unscanned: 'refuse' as const }),
        window: fc.constant({ days: ['mon' as const], from: '09:00', to: '17:00', timeZone: 'UTC' }),
      },
      { requiredKeys: ['cluster'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 1, maxLength: 6 }), fc.nat(), (added, seed) => {
        writeFileSync(file, TEXT);
        for (const each of added) change({ kind: 'add', at: seed % (rules().length + 1), rule: each });
        change({ kind: 'move', at: seed % rules().length, to: (seed * 7) % rules().length });
        change({ kind: 'remove', at: (seed * 3) % rules().length });
        change({ kind: 'replace', at: (seed * 5) % rules().length, rule: added[0] ?? { cluster: 'x' } });
        expect(rules()).toHaveLength(added.length + 2);
        expect(rules()).toContainEqual(added[0]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a file that is replaced', () => {
  it('is left as it was, with nothing beside it, when the last check fails', () => {
    const check = (): void => {
      throw new Error('changed');
    };
    expect(() => replacePrivateFile(file, 'new', check)).toThrow('changed');
    expect(text()).toBe(TEXT);
    expect(readdirSync(folder)).toEqual(['environments.yml']);
  });
});

describe('the name and the colour of an environment', () => {
  it('come from the rules, and never from one for a more lenient environment', () => {
    writeFileSync(
      file,
      `rules:
  - { cluster: pay, environment: production }
  - { cluster: pay, name: Payments }
  - { account: "*", environment: development, name: Playground, color: teal }
`,
    );
    const environments = openEnvironments({ data: folder });
    const account = { id: 'profile:acme', name: 'acme', kind: 'profile' } as const;
    expect(environments.guardOf({ account, cluster: 'pay' })).toMatchObject({
      environment: 'production',
      name: 'Payments',
    });
    expect(environments.guardOf({ account, cluster: 'pay' }).color).toBeUndefined();
    expect(environments.guardOf({ account, cluster: 'x' })).toMatchObject({
      name: 'Playground',
      color: 'teal',
    });
  });

  it.each([' a', '', 'a\nb', 'a\u202eb', 'x'.repeat(41)])('%j is no name', (name) => {
    writeFileSync(file, `rules:\n  - cluster: a\n    name: ${JSON.stringify(name)}\n`);
    expect(readRules(file).problem).toContain('Line 3 of');
  });
});

function rules() {
  return readRules(file).rules;
}

function rule(at: number) {
  const found = rules()[at];
  if (found === undefined) throw new Error(`There is no rule ${at}.`);
  return found;
}
