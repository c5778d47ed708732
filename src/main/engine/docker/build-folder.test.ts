import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listIncluded } from '../testing/list-included.ts';
import { readBuildFolder, tagOfVariable, versionsOf } from './build-folder.ts';

const run = promisify(execFile);
const NOW = new Date('2026-03-04T05:06:07Z');
const signal = new AbortController().signal;
const reader = { environment: process.env, signal };

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-build-')));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), 'FROM scratch\n');
  }
}

async function git(...command: readonly string[]): Promise<void> {
  const who = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com'];
  const env = { ...process.env, GIT_COMMITTER_DATE: '2026-01-02T04:04:05+01:00' };
  await run('git', ['-C', folder, ...who, ...command], { env });
}

describe('readBuildFolder', () => {
  it('finds Dockerfiles in and below the folder, and not in node_modules', async () => {
    await write(
      'Dockerfile',
      'Dockerfile.dockerignore',
      'api/Dockerfile.prod',
      'a/b/web.Dockerfile',
      'a/b/c/d/Dockerfile',
    );
    await write('node_modules/x/Dockerfile', 'docs/dockerfiles.md');
    const { dockerfiles } = await readBuildFolder(folder, NOW, reader);
    expect(dockerfiles).toEqual(['Dockerfile', 'api/Dockerfile.prod', 'a/b/web.Dockerfile']);
  });

  it('offers links to Dockerfiles of the folder, and none that lead out of it or nowhere', async () => {
    await write('deploy/web.txt', 'deploy/Dockerfile');
    await symlink('deploy/web.txt', join(folder, 'Dockerfile'));
    await symlink('/etc/hostname', join(folder, 'Dockerfile.outside'));
    await symlink('gone', join(folder, 'Dockerfile.gone'));
    await symlink('deploy', join(folder, 'Dockerfile.folder'));
    const { dockerfiles } = await readBuildFolder(folder, NOW, reader);
    expect(dockerfiles).toEqual(['Dockerfile', 'deploy/Dockerfile']);
  });

  it('suggests the time as tag where there is no git repository or no commit', async () => {
    await write('Dockerfile');
    expect(await readBuildFolder(folder, NOW, reader)).toEqual({
      folder,
      dockerfiles: ['Dockerfile'],
      suggestedTag: '20260304-050607',
    });
    await git('init', '--quiet');
    expect((await readBuildFolder(folder, NOW, reader)).git).toBeUndefined();
  });

  it('suggests the commit, reports a dirty tree, and hides the password of the remote', async () => {
    await write('Dockerfile');
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'first');
    await git('remote', 'add', 'origin', 'https://ana:s3cret@github.com/acme/web.git');
    const clean = await readBuildFolder(folder, NOW, reader);
    expect(clean.git).toEqual({
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      branch: 'main',
      dirty: false,
      committedAt: '2026-01-02T03:04:05.000Z',
      source: 'https://github.com/acme/web',
    });
    expect(clean.suggestedTag).toBe(clean.git?.commit.slice(0, 7));

    await write('new-file');
    expect((await readBuildFolder(folder, NOW, reader)).suggestedTag).toBe(`${clean.suggestedTag}-dirty`);
  });

  it('reports a folder that is not a folder', async () => {
    await write('Dockerfile');
    await expect(readBuildFolder(join(folder, 'gone'), NOW, reader)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(readBuildFolder(join(folder, 'Dockerfile'), NOW, reader)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

describe('includedPaths', () => {
  it('applies exceptions, and keeps the files that the Docker Engine needs', async () => {
    await write('deploy/Dockerfile', 'src/main.c', 'src/debug.log', 'secret/key', 'README.md');
    await writeFile(join(folder, '.dockerignore'), '# all but the source\n*\n!src\n**/*.log\n');
    expect([...(await listIncluded(folder, 'deploy/Dockerfile', signal))].sort()).toEqual([
      '.dockerignore',
      'deploy',
      'deploy/Dockerfile',
      'src',
      'src/main.c',
    ]);
  });

  it('prefers the ignore file that belongs to the Dockerfile', async () => {
    await write('Dockerfile', 'a', 'b');
    await writeFile(join(folder, '.dockerignore'), 'a\n');
    await writeFile(join(folder, 'Dockerfile.dockerignore'), 'b\n');
    const paths = await listIncluded(folder, 'Dockerfile', signal);
    expect(paths).toContain('a');
    expect(paths).not.toContain('b');
  });
});

describe('versionsOf', () => {
  const NOW = new Date('2026-11-29T08:05:09Z');
  const TIME = { time: '20261129-080509' };

  it('gives the time, the version of package.json and the first line of VERSION', async () => {
    await writeFile(join(folder, 'package.json'), '{"name":"shop","version":"1.4.2"}');
    await writeFile(join(folder, 'VERSION'), 'v2.0.0\nbuilt by make\n');
    expect(versionsOf(folder, NOW)).toEqual({ ...TIME, package: '1.4.2', file: 'v2.0.0' });
  });

  it.each([
    ['no tag', '{"version":"1.0.0 beta"}', 'a b\n'],
    ['no text', '{"version":7}', ''],
    ['no JSON', '{', '-1\n'],
    ['more than a version', JSON.stringify({ version: '1', more: ' '.repeat(1_048_576) }), 'v'.repeat(2_000)],
  ])('leaves out files with %s', async (_, manifest, version) => {
    await writeFile(join(folder, 'package.json'), manifest);
    await writeFile(join(folder, 'VERSION'), version);
    expect(versionsOf(folder, NOW)).toEqual(TIME);
  });

  it('reads nothing from links to files without end, and nothing where there are none', async () => {
    expect(versionsOf(folder, NOW)).toEqual(TIME);
    await symlink('/dev/zero', join(folder, 'VERSION'));
    await run('mkfifo', [join(folder, 'package.json')]);
    expect(versionsOf(folder, NOW)).toEqual(TIME);
  });
});

describe('tagOfVariable', () => {
  const commit = '4be91d7c0ffee4be91d7c0ffee4be91d7c0ffee4';

  it.each([
    ['BUILD_NUMBER', ' 1207\n', '1207'],
    ['CODEBUILD_RESOLVED_SOURCE_VERSION', commit, commit],
  ])('gives the value of %s', (name, value, tag) => {
    expect(tagOfVariable(name, { [name]: value })).toEqual({ tag });
  });

  it.each([
    ['NONE', undefined, 'NONE is not set in the environment that Slipway was started in.'],
    ['BRANCH', 'feature/a', 'The value of BRANCH is not an image tag.'],
    ['NPM_TOKEN', '7', 'NPM_TOKEN may be a secret, so it gives no tag. Use another variable.'],
    ['NPM_TOKEN', commit, 'NPM_TOKEN may be a secret, so it gives no tag. Use another variable.'],
    ['ID', 'AKIAIOSFODNN7EXAMPLE', 'ID may be a secret, so it gives no tag. Use another variable.'],
  ])('says why %s gives none', (name, value, problem) => {
    expect(tagOfVariable(name, { [name]: value })).toEqual({ problem });
  });
});
