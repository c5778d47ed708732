import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

let cli: CliEngine;
let folder: string;

beforeAll(async () => {
  cli = await openCliEngine({ DOCKER_HOST: 'unix:///nowhere/docker.sock', DOCKER_CONFIG: '/nowhere' });
  folder = await mkdtemp(join(tmpdir(), 'slipway-build-'));
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
});
afterAll(async () => {
  await cli.close();
  await rm(folder, { recursive: true });
});

const STAGING = ['-c', 'staging', '-n', 'web'];

async function changeRules(change: Readonly<Record<string, unknown>>): Promise<void> {
  const { out } = await cli.slipway(['call', 'environments.rules', '{}']);
  const version = /"version":"([^"]+)"/.exec(out)?.[1];
  const changed = await cli.slipway([
    'call',
    'environments.changeRules',
    JSON.stringify({ version, change }),
  ]);
  expect(changed.err).toBe('');
}

describe('slipway deploy --build and --local', () => {
  it('names the repository that --create-repository creates before it builds', async () => {
    const args = [
      'deploy',
      ...STAGING,
      '--build',
      '.',
      '-i',
      'app=shop/new',
      '--create-repository',
      'immutable',
    ];
    const { code, err } = await cli.slipway(args, { folder });
    expect(err).toMatch(
      /^The repository shop\/new does not exist and is created with immutable tags\.\n[\s\S]*Start Docker and try again/,
    );
    expect(code).toBe(2);
    expect(cli.sandbox.calls().map(({ operation }) => operation)).not.toContain('CreateRepository');
  });

  it('names the repository that --create-repository creates before --confirm is asked for in production', async () => {
    const source = ['--build', '.', '-i', 'app=shop/new', '--create-repository', 'mutable'];
    const { code, err } = await cli.slipway(['deploy', '-c', 'production', '-n', 'web', ...source], {
      folder,
    });
    expect(err).toBe(
      'The repository shop/new does not exist and is created with mutable tags.\nNothing was sent, because production/web is production. Add --confirm web.\n',
    );
    expect(code).toBe(2);
  });

  it('plan shows the repository that --create-repository would create, in text, Markdown and JSON', async () => {
    const image = `${cli.registry}/shop/new:1.0.0`;
    const args = ['plan', ...STAGING, '-i', `app=${image}`, '--create-repository', 'immutable'];
    const text = await cli.slipway(args);
    expect(text.out).toContain('  new repository: shop/new (immutable tags)\n');
    expect(text.out).toContain(
      "unknown: The image of app can't be checked before the repository shop/new is created",
    );
    expect(text.code).toBe(0);
    const { out } = await cli.slipway([...args, '--markdown']);
    expect(out).toContain('- `CreateRepository` shop/new (immutable tags)');
    const json = await cli.slipway([...args, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({
      canExecute: true,
      calls: expect.arrayContaining([{ operation: 'CreateRepository', target: 'shop/new (immutable tags)' }]),
    });
    expect(await cli.slipway(args.slice(0, -2))).toMatchObject({ code: 2 });
  });

  it.each([
    [[...STAGING, '--build', '.'], 'Start Docker and try again'],
    [[...STAGING, '--build', 'gone'], "This folder doesn't exist"],
    [
      [...STAGING, '--build', '.', '-i', 'app=nowhere'],
      'nowhere is not an ECR repository of this account in us-east-1',
    ],
    [
      [...STAGING, '--build', '.', '-i', 'app=nginx.example.com/web'],
      'nginx.example.com is not an ECR registry, and the Docker configuration has no login for it',
    ],
    [
      [...STAGING, '--build', '.', '-i', 'app=210987654321.dkr.ecr.us-east-1.amazonaws.com/web'],
      '210987654321.dkr.ecr.us-east-1.amazonaws.com/web is not an ECR repository of this account in us-east-1',
    ],
    [[...STAGING, '--local', 'web:1'], 'Start Docker and try again'],
    [[...STAGING, '--local', 'web'], 'web names no tag to push it under. Add one, or --tag-from.'],
    [[...STAGING, '--local', 'web:1', '--build', '.'], "cannot be used with option '--build <folder>'"],
    [[...STAGING, '-i', 'web:2.0.0', '--also-tag', 'latest'], 'add --build, --build-all or --local.'],
    [[...STAGING, '--build', '.', '--also-tag', 'a b'], 'Give an image tag such as latest.'],
    [[...STAGING, '-i', 'web:2.0.0', '--create-repository', 'mutable'], '--create-repository needs an image'],
    [[...STAGING, '--build', '.', '--create-repository', 'yes'], 'Allowed choices are immutable, mutable.'],
    [[...STAGING, '--local', 'web:1', '--platform', 'linux/arm64'], '--platform needs a build'],
    [[...STAGING, '--build', '.', '--platform', 'arm'], 'Give a platform such as linux/arm64.'],
    [[...STAGING, '--build', '.', '--build-arg', 'NONE'], '--build-arg NONE has no value'],
    [[...STAGING, '--build-all', '.', '--dockerfile', 'Dockerfile'], '--dockerfile needs the folder'],
    [[...STAGING, '--build-all', '.', '-i', 'app='], 'Leave it out with --build-all and --local all.'],
    [['-c', 'production', '-n', 'search', '--build', '.'], 'search is production. Add --confirm search.'],
    [
      ['-c', 'production', '-n', 'checkout', '--build', '.', '--confirm', 'checkout'],
      'Name the one that gets the image: -i CONTAINER=.',
    ],
    [['-c', 'staging', '-n', 'pricing', '--build', '.'], "The service pricing isn't in the cluster staging"],
  ])('is refused with exit code 2 before anything is built or pushed for %j', async (args, sentence) => {
    const { code, err, out } = await cli.slipway(['deploy', ...args], { folder });
    expect(err).toContain(sentence);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  describe('where a rule names repositories and tags', () => {
    const rule = { cluster: 'staging', service: 'web', repositories: ['web'], tags: ['v*'] };
    beforeAll(() => changeRules({ kind: 'add', at: 0, rule }));
    afterAll(() => changeRules({ kind: 'remove', at: 0 }));

    it.each([
      [['--build', '.', '-i', 'web:1.0.0'], 'The tag 1.0.0 of app is not a tag that the rules allow'],
      [['--build-all', '.', '--tag-from', 'env:VERSION'], 'The tag 1.0.0 of app is not a tag'],
      [['--local', 'shop/api:1.0.0', '-i', 'web'], 'The tag 1.0.0 of app is not a tag'],
      [
        ['--build', '.', '-i', 'app=shop/new:v1', '--create-repository', 'immutable'],
        'is not from a repository that the rules allow',
      ],
    ])('another image is refused before it is built and pushed: %j', async (source, sentence) => {
      const environment = { VERSION: '1.0.0' };
      const { code, err } = await cli.slipway(['deploy', ...STAGING, ...source], { folder, environment });
      expect(err).toContain(sentence);
      expect(err).not.toMatch(/Docker|Building/);
      expect(code).toBe(2);
    });

    it('one that they allow is built', async () => {
      const { err } = await cli.slipway(['deploy', ...STAGING, '--build', '.', '-i', 'web:v1'], { folder });
      expect(err).toContain('Start Docker and try again');
    });
  });

  describe('where a pattern of tags was used last for the repository', () => {
    const build = (args: readonly string[], environment = {}) =>
      cli.slipway(['deploy', ...STAGING, '--build', '.', ...args], { folder, environment });
    const remember = (tagFrom: string) =>
      cli.slipway([
        'call',
        'settings.setTagFrom',
        JSON.stringify({ account: 'sandbox', region: 'us-east-1', repository: 'web', tagFrom }),
      ]);

    it('the tag is made by it and says so, unless the command names a tag or runs in CI', async () => {
      await remember('next-patch');
      expect((await build([])).err).toContain(
        `The tag of next-patch is 2.0.1; next-patch was used last for web.\nBuilding ${folder} as web:2.0.1.\n`,
      );
      for (const other of [build(['-i', 'web:7']), build(['--tag-from', 'env:V'], { V: '7' })]) {
        const { err } = await other;
        expect(err).toContain('as web:7.\n');
        expect(err).not.toContain('next-patch');
      }
      expect((await build([], { CI: 'true' })).err).not.toContain('next-patch');
    });

    it('package is the version of the folder that is built, not of the working folder', async () => {
      const other = join(folder, 'other');
      await mkdir(other, { recursive: true });
      await writeFile(join(other, 'package.json'), '{ "version": "3.2.1" }');
      await writeFile(join(other, 'Dockerfile'), 'FROM scratch\n');
      const args = ['deploy', ...STAGING, '--build', 'other', '--tag-from', 'package'];
      const { err } = await cli.slipway(args, { folder });
      expect(err).toContain(`Building ${other} as web:3.2.1.`);
    });

    it('a pattern that gives no tag is refused with exit code 2', async () => {
      await remember('package');
      const { code, err } = await build([]);
      expect(err).toContain(`${join(folder, 'package.json')} can't be read, so it gives no tag.`);
      await remember('env:VERSION');
      const unset = await build([]);
      expect(unset.err).toContain('VERSION is not set');
      expect([code, unset.code]).toEqual([2, 2]);
    });
  });

  it('is refused by the freezes and the deployers of a rule before anything is built', async () => {
    await changeRules({
      kind: 'add',
      at: 0,
      rule: {
        cluster: 'staging',
        service: 'web',
        freezes: [{ from: '2020-01-01', to: '2100-01-01', reason: 'stocktaking' }],
        deployers: [{ identity: 'role/ci' }],
      },
    });
    const { code, err } = await cli.slipway(['deploy', ...STAGING, '--build', '.'], { folder });
    expect(err).toContain('stocktaking');
    expect(err).toContain('is not among those who may deploy here');
    expect(err).not.toContain('Docker');
    expect(code).toBe(2);
  });
});
