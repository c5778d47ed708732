import { execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git, makeFifo, makeRepository } from '../testing/crafted-repositories.ts';
import { describeCommit } from './git-describe.ts';

const signal = new AbortController().signal;

let root: string;
let folder: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'slipway-describe-')));
  folder = join(root, 'folder');
  await makeRepository(folder);
});
afterEach(() => rm(root, { recursive: true }));

const read = (path = folder) =>
  describeCommit(path, { environment: { PATH: process.env.PATH, HOME: root }, signal });
const gitSays = (path = folder): string =>
  execFileSync('git', ['-C', path, 'describe', '--tags', '--always', '--abbrev=7'], {
    encoding: 'utf8',
  }).trim();

describe('describeCommit', () => {
  it('says the same as git describe for loose and packed, plain and annotated tags', async () => {
    expect(await read()).toBe(gitSays());
    await git(folder, 'tag', 'release/1.0');
    expect(await read()).toBe('release/1.0');
    await git(folder, 'commit', '--quiet', '-am', 'second');
    expect(await read()).toMatch(/^release\/1\.0-1-g[0-9a-f]{7}$/);
    expect(await read()).toBe(gitSays());
    await git(folder, 'tag', '--annotate', '-m', 'two', 'v2.0.0');
    expect(await read()).toBe('v2.0.0');
    await git(folder, 'pack-refs', '--all');
    await git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'third');
    expect(await read()).toMatch(/^v2\.0\.0-1-g/);
    expect(await read()).toBe(gitSays());
  });

  it('takes a tag that was moved after it was packed', async () => {
    await git(folder, 'tag', 'stable');
    await git(folder, 'pack-refs', '--all');
    await git(folder, 'commit', '--quiet', '-am', 'second');
    await git(folder, 'tag', '--force', 'stable');
    expect(await read()).toBe('stable');
  });

  it('says the short commit in a shallow clone without tags', async () => {
    await git(folder, 'commit', '--quiet', '-am', 'second');
    const clone = join(root, 'clone');
    await git(root, 'clone', '--quiet', '--depth=1', `file://${folder}`, clone);
    expect(await read(clone)).toMatch(/^[0-9a-f]{7,}$/);
    expect(await read(clone)).toBe(gitSays(clone));
  });

  it('is unknown where there is no repository, and for a tag that is no regular file', async () => {
    expect(await read(root)).toBeUndefined();
    await makeFifo(join(folder, '.git', 'refs', 'tags', 'v1'));
    expect(await read()).toBeUndefined();
  });
});
