import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ProjectFile } from '../../../shared/model/project.ts';
import { makeFifo } from '../testing/crafted-repositories.ts';
import { openSlipwayWithProfiles } from '../testing/slipway.ts';
import { environmentOf, findProjectFile, readProjectFile } from './project-file.ts';

const TEXT = `environments:
  production:
    profile: acme-prod
    account: "123456789012"
    region: eu-central-1
    cluster: production1
    tags: v*
    services:
      doorman-api:
        containers:
          app: { repository: shop/doorman-api }
          proxy: { repository: "registry.example:5000/proxy", tags: "*-stable" }
    rules:
      confirm: name
      window: { days: [mon], from: "09:00", to: "16:00", timeZone: Europe/Berlin }
  staging:
    cluster: staging
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'project-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string): string {
  const file = join(folder, 'slipway.yml');
  writeFileSync(file, text);
  return file;
}

describe('an environment of slipway.yml', () => {
  it('has where a release goes, what its containers run and how changes are guarded', () => {
    expect(environmentOf(write(TEXT), 'production')).toEqual({
      name: 'production',
      file: join(folder, 'slipway.yml'),
      environment: {
        profile: 'acme-prod',
        account: '123456789012',
        region: 'eu-central-1',
        cluster: 'production1',
        tags: 'v*',
        services: {
          'doorman-api': {
            containers: {
              app: { repository: 'shop/doorman-api' },
              proxy: { repository: 'registry.example:5000/proxy', tags: '*-stable' },
            },
          },
        },
        rules: {
          confirm: 'name',
          window: { days: ['mon'], from: '09:00', to: '16:00', timeZone: 'Europe/Berlin' },
        },
      },
    });
  });

  it('has no services and no rules where the file names none', () => {
    expect(environmentOf(write(TEXT), 'staging').environment).toEqual({
      cluster: 'staging',
      services: {},
      rules: {},
    });
  });

  it.each(['prod', 'constructor', '__proto__'])(
    'that is named %s and is not in the file is refused',
    (name) => {
      expect(() => environmentOf(write(TEXT), name)).toThrow(
        `${join(folder, 'slipway.yml')} has no environment ${name}. It has production, staging.`,
      );
    },
  );

  it('of a file that does not exist is refused with what to do', () => {
    expect(() => environmentOf(join(folder, 'slipway.yml'), 'production')).toThrow(
      /slipway\.yml doesn't exist\. `slipway init` writes one/,
    );
  });
});

describe('a slipway.yml with a mistake is refused with its line:', () => {
  it.each([
    ['an unknown setting', 'environments:\n  prod:\n    cluster: a\n    regoin: eu-central-1\n', 4, 'regoin'],
    [
      'a region that is none',
      'environments:\n  prod:\n    region: europe\n',
      3,
      'is not the name of an AWS region',
    ],
    [
      'a number for an account',
      'environments:\n  prod:\n    account: 123456789012\n',
      3,
      'is a number, and must be text in quotes',
    ],
    ['an account with too few digits', 'environments:\n  prod:\n    account: "12"\n', 3, 'twelve digits'],
    [
      'a name with a space',
      'environments:\n  a:\n    cluster: x\n  my prod:\n    cluster: y\n',
      4,
      'is not a name',
    ],
    [
      'a repository with a tag',
      'environments:\n  a:\n    services:\n      web:\n        containers:\n          app: { repository: "web:1" }\n',
      6,
      'without a tag',
    ],
    ['the same environment twice', 'environments:\n  a: {}\n  a: {}\n', 3, 'a name is repeated'],
    ['no environments', 'environment: {}\n', 1, 'environments'],
    ['a list', '- a\n', 1, 'the file must be an object'],
    ['nothing', '', 1, 'environments'],
    ['a tab as indentation', 'environments:\n\ta: {}\n', 2, 'a tab is used as indentation; use spaces'],
    ['text that is no YAML', 'environments: {\n', 1, 'not valid YAML: this bracket is not closed'],
    [
      'a list that is not closed',
      'environments:\n  a: { cluster: x }\n  b:\n    rules: { days: [mon, tue\n    region: eu-west-1\n',
      4,
      'this bracket is not closed',
    ],
    ['a wrong indentation', 'environments:\n  a: {}\n b: {}\n', 3, 'the indentation is wrong'],
    [
      'a window that ends before it begins',
      'environments:\n  a:\n    rules:\n      window: { days: [mon], from: "10:00", to: "09:00", timeZone: UTC }\n',
      4,
      'ends before it begins',
    ],
  ])('%s', (_what, text, line, why) => {
    expect(() => readProjectFile(write(text))).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(new RegExp(`slipway\\.yml is not valid, line ${line}: .*${why}`)),
      }),
    );
  });

  it('aliases that would make it huge', () => {
    const levels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const bomb = levels
      .map(
        (name, at) =>
          `${name}: &${name} [${
            at === 0
              ? 'x'
              : Array(9)
                  .fill(`*${levels[at - 1]}`)
                  .join(', ')
          }]`,
      )
      .join('\n');
    expect(() => readProjectFile(write(bomb))).toThrow('repeats too much by aliases');
  });

  it.each(['[', '{', '- ', '? ', '[? ', '{a: ', '&a ', '!!map '])(
    'more levels than any file needs, before they are parsed: %j',
    (opening) => {
      const text = opening.repeat(Math.floor((256 * 1024) / opening.length));
      expect(() => readProjectFile(write(text))).toThrow(/line \d+: it has more than 64 levels/);
    },
  );

  it('a name that a mapping has twice, at its second line', () => {
    const text = 'environments:\n  a: {}\n  b: {}\n  a: {}\n';
    expect(() => readProjectFile(write(text))).toThrow('line 4: this is not valid YAML: a name is repeated');
  });

  it('more than 256 KiB', () => {
    expect(() => environmentOf(write(`# ${'x'.repeat(300_000)}`), 'a')).toThrow('larger than 256 KiB');
  });

  it('a folder of that name', () => {
    mkdirSync(join(folder, 'slipway.yml'));
    expect(() => environmentOf(join(folder, 'slipway.yml'), 'a')).toThrow('it is not a regular file');
  });

  it('a file without an end, such as a FIFO or a link to a device', async () => {
    const file = join(folder, 'slipway.yml');
    symlinkSync('/dev/zero', file);
    expect(() => environmentOf(file, 'a')).toThrow('it is not a regular file');
    rmSync(file);
    await makeFifo(file);
    expect(() => environmentOf(file, 'a')).toThrow('it is not a regular file');
    rmSync(file);
    // A file of the kernel, which says that it has no bytes.
    symlinkSync('/proc/kallsyms', file);
    expect(() => environmentOf(file, 'a')).toThrow(/larger than 256 KiB|doesn't exist/);
  });
});

describe('the file is found', () => {
  const nested = (): string => {
    const path = join(folder, 'repository', 'src', 'web');
    mkdirSync(path, { recursive: true });
    return path;
  };

  it('above the folder, up to the root of its git repository', () => {
    const from = nested();
    mkdirSync(join(folder, 'repository', '.git'));
    const file = join(folder, 'repository', 'slipway.yml');
    writeFileSync(file, TEXT);
    expect(findProjectFile(from)).toBe(file);
  });

  it('not above the git repository, where others may write', () => {
    const from = nested();
    mkdirSync(join(folder, 'repository', '.git'));
    write(TEXT);
    expect(findProjectFile(from)).toBeUndefined();
  });

  it('outside of a git repository in the folder itself only', () => {
    const from = nested();
    const file = write(TEXT);
    expect(findProjectFile(from)).toBeUndefined();
    expect(findProjectFile(folder)).toBe(file);
  });
});

it('environments.project answers all environments of a folder, one of them, or no file', async () => {
  const slipway = await openSlipwayWithProfiles(folder);
  const ask = (input: { folder: string; environment?: string }) =>
    slipway.client.call('environments.project', input);
  expect(await ask({ folder })).toEqual({ environments: {} });
  const file = write(TEXT);
  const all = await ask({ folder });
  expect(all).toMatchObject({ file, environments: { production: { cluster: 'production1' }, staging: {} } });
  const one = await ask({ folder, environment: 'staging' });
  expect(one).toEqual({ file, environments: { staging: all.environments.staging } });
  await expect(ask({ folder, environment: 'qa' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await slipway.close();
});

it('docs/slipway.schema.json describes the file that is read', () => {
  const file = join(import.meta.dirname, '../../../../docs/slipway.schema.json');
  const described: unknown = JSON.parse(readFileSync(file, 'utf8'));
  expect(described).toEqual(z.toJSONSchema(ProjectFile, { io: 'input' }));
});
