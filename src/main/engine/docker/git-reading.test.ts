import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git, makeFifo, makeRepository } from '../testing/crafted-repositories.ts';
import { readGit } from './git.ts';

const signal = new AbortController().signal;

let root: string;
let folder: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'slipway-git-test-')));
  folder = join(root, 'folder');
  await makeRepository(folder);
  await git(folder, 'commit', '--quiet', '-am', 'second');
});
afterEach(() => rm(root, { recursive: true }));

const environment = () => ({ PATH: process.env.PATH, HOME: root });
const read = (path = folder) => readGit(path, { environment: environment(), signal });
const commitOf = (path: string): string =>
  execFileSync('git', ['-C', path, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();

describe('readGit', () => {
  it('reads commit and branch from loose and packed references, also from a subfolder', async () => {
    await mkdir(join(folder, 'api'));
    const commit = commitOf(folder);
    expect(await read(join(folder, 'api'))).toEqual({
      git: { commit, committedAt: expect.any(String), branch: 'main', dirty: false },
    });
    await git(folder, 'checkout', '--quiet', '-b', 'fix/it');
    await git(folder, 'pack-refs', '--all');
    expect(await read()).toEqual({
      git: { commit, committedAt: expect.any(String), branch: 'fix/it', dirty: false },
    });
    await git(folder, 'checkout', '--quiet', '--detach');
    expect(await read()).toEqual({ git: { commit, committedAt: expect.any(String), dirty: false } });
  });

  it('reads a second working tree, and a repository that names objects by SHA-256', async () => {
    const other = join(root, 'other');
    await git(folder, 'worktree', 'add', '--quiet', '-b', 'other', other);
    expect(await read(other)).toEqual({
      git: { committedAt: expect.any(String), commit: commitOf(folder), branch: 'other', dirty: false },
    });

    const long = join(root, 'long');
    await mkdir(long);
    await git(long, 'init', '--quiet', '--object-format=sha256', '--initial-branch=main');
    await git(long, 'commit', '--quiet', '--allow-empty', '-m', 'first');
    expect(await read(long)).toEqual({
      git: { committedAt: expect.any(String), commit: commitOf(long), branch: 'main', dirty: false },
    });
  });

  it('reports a dirty tree for staged, changed, deleted and new files and for another submodule commit', async () => {
    const changes: readonly (readonly [() => Promise<void>, dirty: boolean])[] = [
      [() => writeFile(join(folder, 'a.txt'), 'one\n'), true],
      [() => git(folder, 'add', '.'), true],
      [() => git(folder, 'commit', '--quiet', '-m', 'third'), false],
      [() => rm(join(folder, 'a.txt')), true],
      [() => git(folder, 'checkout', '--quiet', '.'), false],
      [() => makeRepository(join(folder, 'sub')), true],
      [() => git(folder, 'add', 'sub').then(() => git(folder, 'commit', '--quiet', '-m', 'sub')), false],
      [() => git(join(folder, 'sub'), 'commit', '--quiet', '-am', 'more'), true],
    ];
    for (const [change, dirty] of changes) {
      await change();
      expect((await read()).git?.dirty).toBe(dirty);
    }
  });

  it('leaves out what the person, the repository and its .gitignore exclude', async () => {
    await mkdir(join(root, '.config', 'git'), { recursive: true });
    await writeFile(join(root, '.config', 'git', 'ignore'), '*.swp\n');
    await writeFile(join(folder, '.git', 'info', 'exclude'), '*.tmp\n');
    await writeFile(join(folder, 'x.swp'), '');
    await writeFile(join(folder, 'x.tmp'), '');
    expect((await read()).git?.dirty).toBe(false);
    await writeFile(join(root, '.gitconfig'), '[core]\n\texcludesFile = ~/ignored\n');
    await writeFile(join(root, 'ignored'), '*.swp\n*.own\n');
    await writeFile(join(folder, 'x.own'), '');
    expect((await read()).git?.dirty).toBe(false);
    await writeFile(join(folder, 'x.other'), '');
    expect((await read()).git?.dirty).toBe(true);
  });

  it('does not run a filter of the global git configuration', async () => {
    await writeFile(
      join(root, '.gitconfig'),
      '[filter "lfs"]\n\tprocess = touch ~/mark\n\trequired = true\n',
    );
    await writeFile(join(folder, '.gitattributes'), '* filter=lfs\n');
    await writeFile(join(folder, 'a.txt'), 'six\n');
    expect((await read()).git?.dirty).toBe(true);
    expect(execFileSync('ls', ['-a', root], { encoding: 'utf8' })).not.toContain('mark');
  });

  it('reports in one sentence that git is missing, and nothing where there is no repository', async () => {
    const without = { environment: { PATH: join(root, 'nothing') }, signal };
    expect(await readGit(folder, without)).toEqual({
      problem:
        "Couldn't read the commit of this folder: git is not installed, or not on the PATH. Install it and choose the folder again. An image built from it carries no commit.",
    });
    expect(await readGit(root, without)).toEqual({});
  });

  it.each([
    ['HEAD that is a FIFO', () => replaceByFifo('.git/HEAD')],
    ['configuration that is a FIFO', () => replaceByFifo('.git/config')],
    ['damaged index', () => writeFile(join(folder, '.git', 'index'), 'nonsense')],
    [
      'branch that leads out of the repository',
      () => writeFile(join(folder, '.git', 'HEAD'), 'ref: refs/../../../x\n'),
    ],
    ['configuration that is no configuration', () => writeFile(join(folder, '.git', 'config'), '[[[\n')],
  ])('says why the commit is unknown in a repository with a %s', async (_, damage) => {
    await damage();
    const { git: found, problem } = await read();
    expect(found).toBeUndefined();
    expect(problem).toMatch(/^[A-Z].+\.$/);
  });

  it.each([
    ['.git names a path with a NUL character', () => replaceDotGit('gitdir: a\0b\n')],
    ['.git names a path that is too long', () => replaceDotGit(`gitdir: ${'a'.repeat(300)}\n`)],
    [
      'commondir names a path with a NUL character',
      () => writeFile(join(folder, '.git', 'commondir'), 'a\0b'),
    ],
    [
      'commondir names a path that is too long',
      () => writeFile(join(folder, '.git', 'commondir'), 'a'.repeat(300)),
    ],
    [
      'HEAD names a branch that is too long',
      () => writeFile(join(folder, '.git', 'HEAD'), `ref: refs/heads/${'a'.repeat(300)}\n`),
    ],
  ])('never fails by itself in a repository whose %s', async (_, damage) => {
    await damage();
    const { git: found, problem = 'No commit.' } = await read();
    expect(found?.commit ?? problem).toMatch(/^(?:[0-9a-f]{40}|[A-Z].+\.)$/);
  });

  it('shows direction characters in the name of a branch escaped', async () => {
    await git(folder, 'checkout', '--quiet', '-b', 'fix\u202Etxt');
    expect((await read()).git?.branch).toBe(String.raw`fix\u202etxt`);
  });

  it('has git refuse an object that takes more memory than 256 MB, instead of filling the memory', async () => {
    const large = join(root, 'large');
    const tree = execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD^{tree}'], { encoding: 'utf8' });
    await writeFile(large, `tree ${tree}author A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nmany zeros`);
    await truncate(large, 260 * 1024 * 1024);
    const store = [
      '-c',
      'core.looseCompression=1',
      'hash-object',
      '-t',
      'commit',
      '-w',
      '--literally',
      large,
    ];
    const commit = execFileSync('git', ['-C', folder, ...store], { encoding: 'utf8' }).trim();
    await writeFile(join(folder, '.git', 'refs', 'heads', 'main'), `${commit}\n`);
    expect((await read()).problem).toContain('git could not read the repository');
  });

  it('ends at once when it is aborted while git waits', async () => {
    await makeFifo(join(folder, '.gitattributes'));
    await writeFile(join(folder, 'a.txt'), 'six\n');
    const controller = new AbortController();
    const reading = readGit(folder, { environment: environment(), signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});

async function replaceDotGit(text: string): Promise<void> {
  await rm(join(folder, '.git'), { recursive: true });
  await writeFile(join(folder, '.git'), text);
}

async function replaceByFifo(path: string): Promise<void> {
  await rm(join(folder, path));
  await makeFifo(join(folder, path));
}
