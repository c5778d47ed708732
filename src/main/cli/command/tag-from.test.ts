import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchGetImageCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git, makeRepository } from '../../engine/testing/crafted-repositories.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';
import { withTag } from './tag-from.ts';

let cli: CliEngine;
let folder: string;

beforeAll(async () => {
  cli = await openCliEngine({ PATH: process.env.PATH });
  folder = await mkdtemp(join(tmpdir(), 'slipway-tag-'));
  await writeFile(join(folder, 'package.json'), '\uFEFF{ "name": "web", "version": "2.0.0" }');
  await writeFile(join(folder, 'VERSION'), '2.0.0\r\nbuilt today\n');
  await symlink('/dev/zero', join(folder, 'ENDLESS'));
});
afterAll(async () => {
  await cli.close();
  await rm(folder, { recursive: true });
});

function plan(source: string, image = 'web:whatever') {
  const args = ['plan', '-c', 'staging', '-n', 'web', '-i', image, '--tag-from', source];
  return cli.slipway(args, { folder, environment: { CI_TAG: '2.0.0', BAD: 'a b' } });
}

/** Tags the image web:2.0.0 of the registry once more. */
async function tagImage(imageTag: string): Promise<void> {
  const { endpoint, region, credentials } = cli.sandbox;
  const ecr = new ECRClient({ endpoint, region, credentials });
  const { images } = await ecr.send(
    new BatchGetImageCommand({ repositoryName: 'web', imageIds: [{ imageTag: '2.0.0' }] }),
  );
  const { imageManifest, imageManifestMediaType } = images?.[0] ?? {};
  await ecr.send(
    new PutImageCommand({ repositoryName: 'web', imageManifest, imageManifestMediaType, imageTag }),
  );
  ecr.destroy();
}

/** Makes a git repository with one commit, and returns the commit. */
async function makeCommit(repository: string): Promise<string> {
  await mkdir(repository);
  await git(repository, 'init', '--quiet', '--initial-branch=main');
  await writeFile(join(repository, 'a.txt'), 'one\n');
  await git(repository, 'add', '.');
  await git(repository, 'commit', '--quiet', '-m', 'first');
  return (await readFile(join(repository, '.git', 'refs', 'heads', 'main'), 'utf8')).trim();
}

describe('--tag-from', () => {
  it('git-full and git give the commit of the working folder, with -dirty where files differ from it', async () => {
    const repository = join(folder, 'repository');
    const commit = await makeCommit(repository);
    await tagImage(commit);
    const args = ['-c', 'staging', '-n', 'web', '-i', 'web', '--tag-from'];
    const deployed = await cli.slipway(['deploy', ...args, 'git-full'], { folder: repository });
    expect(deployed.err).toContain(`The tag of git-full is ${commit}.\nDeploy web:${commit} to web`);
    expect(deployed.code).toBe(0);

    const short = await cli.slipway(['plan', ...args, 'git'], { folder: repository });
    const [, tag = ''] = /The tag of git is ([0-9a-f]{7,12})\.\n/.exec(short.err) ?? [];
    expect(tag).not.toBe('');
    expect(commit.startsWith(tag)).toBe(true);
    await tagImage(tag);
    expect((await cli.slipway(['deploy', ...args, 'git', '--force'], { folder: repository })).code).toBe(0);

    await writeFile(join(repository, 'a.txt'), 'two\n');
    const dirty = await cli.slipway(['plan', ...args, 'git-full'], { folder: repository });
    expect(dirty.err).toContain(`The tag of git-full is ${commit}-dirty.`);
  });

  it.each(['env:CI_TAG', 'package', 'file:VERSION'])(
    '%s gives the tag of the images of -i',
    async (source) => {
      const { code, out } = await plan(source);
      expect(out).toContain('Deploy web:2.0.0 to web');
      expect(code).toBe(0);
    },
  );

  it.each([
    ['env:NONE', '--tag-from env:NONE gives no tag: the variable is empty or not set.'],
    ['env:BAD', '--tag-from env:BAD gives a b, which is not an image tag.'],
    ['file:GONE', "GONE can't be read, so it gives no tag."],
    ['file:/dev/zero', 'which is not an image tag.'],
    ['file:ENDLESS', 'which is not an image tag.'],
    ['git', 'Use another --tag-from.'],
    ['describe', 'Use another --tag-from.'],
    ['svn', 'Give git, git-full, describe, next-patch, next-minor, next-major, env:VAR, file:PATH,'],
  ])('%s that gives none is refused with exit code 2', async (source, sentence) => {
    const { code, err } = await plan(source);
    expect(err).toContain(sentence);
    expect(code).toBe(2);
  });

  it('next-patch, next-minor and next-major follow the highest version of the repository', async () => {
    const notes = await Promise.all(
      ['next-patch', 'next-minor', 'next-major'].map(async (source) => (await plan(source)).err),
    );
    expect(notes).toEqual([
      expect.stringContaining('The tag of next-patch is 2.0.1.'),
      expect.stringContaining('The tag of next-minor is 2.1.0.'),
      expect.stringContaining('The tag of next-major is 3.0.0.'),
    ]);
  });

  it('a next version is refused for images of several repositories', async () => {
    const args = ['plan', '-c', 'staging', '-n', 'web', '-i', 'app=web', '-i', 'proxy=worker'];
    const { code, err } = await cli.slipway([...args, '--tag-from', 'next-patch'], { folder });
    expect(err).toContain('--tag-from next-patch needs one image in ECR.');
    expect(code).toBe(2);
  });

  it('package is refused where package.json is a link to a file without an end', async () => {
    const hostile = join(folder, 'hostile');
    await mkdir(hostile);
    await symlink('/dev/zero', join(hostile, 'package.json'));
    const args = ['plan', '-c', 'staging', '-n', 'web', '-i', 'web', '--tag-from', 'package'];
    const { code, err } = await cli.slipway(args, { folder: hostile });
    expect(err).toContain("package.json can't be read, so it gives no tag.");
    expect(code).toBe(2);
  });

  it('describe gives the nearest tag of git, and -dirty where files differ', async () => {
    const repository = join(folder, 'described');
    await makeRepository(repository);
    await git(repository, 'tag', '2.0.0');
    const args = ['plan', '-c', 'staging', '-n', 'web', '-i', 'web', '--tag-from', 'describe'];
    const dirty = await cli.slipway(args, { folder: repository });
    expect(dirty.err).toContain('The tag of describe is 2.0.0-dirty.');
    await git(repository, 'checkout', '--quiet', '.');
    const { code, err, out } = await cli.slipway(args, { folder: repository });
    expect(err).toContain('The tag of describe is 2.0.0.');
    expect(out).toContain('Deploy web:2.0.0 to web');
    expect(code).toBe(0);
  });

  it('is refused without -i', async () => {
    const { code, err } = await cli.slipway([
      'plan',
      '-c',
      'staging',
      '-n',
      'web',
      '--force',
      '--tag-from',
      'time',
    ]);
    expect(err).toContain('--tag-from needs an image: name its repository with -i.');
    expect(code).toBe(2);
  });
});

describe('an image with another tag', () => {
  it.each([
    ['web', 'web:9'],
    ['localhost:5000/shop/web:1', 'localhost:5000/shop/web:9'],
    [`app=web@sha256:${'a'.repeat(64)}`, 'app=web:9'],
  ])('%s becomes %s', (wanted, tagged) => {
    expect(withTag(wanted, '9')).toBe(tagged);
  });
});
