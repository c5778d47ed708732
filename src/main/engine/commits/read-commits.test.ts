import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CRAFTS, git, makeRepository } from '../testing/crafted-repositories.ts';
import { readCommits } from './read-commits.ts';

const reader = { environment: process.env, signal: new AbortController().signal };

let root: string;
let folder: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'slipway-commits-')));
  folder = join(root, 'folder');
  await makeRepository(folder);
});
afterEach(() => rm(root, { recursive: true }));

function headOf(repository: string): string {
  return execFileSync('git', ['-C', repository, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
}

/** The id of a new commit with this subject. */
async function commit(subject: string, ...options: readonly string[]): Promise<string> {
  await git(folder, 'commit', '--quiet', '--allow-empty', '-m', subject, ...options);
  return headOf(folder);
}

describe('the commits between two images', () => {
  it('are listed with author, subject and time, the newest first', async () => {
    const running = headOf(folder);
    await commit('Add a cache', '--author=Bo <bo@example.com>', '--date=2026-01-01T00:00:00Z');
    const chosen = await commit('Fix the cache');
    expect(await readCommits(folder, { running: running.slice(0, 9), chosen }, reader)).toEqual({
      order: 'forward',
      total: 2,
      missing: 0,
      commits: [
        {
          commit: chosen,
          author: 'Ana',
          subject: 'Fix the cache',
          committedAt: expect.stringMatching(/^\d{4}-/),
        },
        expect.objectContaining({ author: 'Bo', subject: 'Add a cache' }),
      ],
    });
  });

  it('are those that are taken back when the chosen image is older', async () => {
    const chosen = headOf(folder);
    const running = await commit('Add a cache');
    expect(await readCommits(folder, { running, chosen }, reader)).toMatchObject({
      order: 'reverse',
      total: 1,
      commits: [{ commit: running, subject: 'Add a cache' }],
    });
  });

  it('count those that the chosen image lacks when the two diverged', async () => {
    const first = headOf(folder);
    await commit('One of the running image');
    const running = await commit('Another one of the running image');
    await git(folder, 'checkout', '--quiet', '--force', '-b', 'other', first);
    const chosen = await commit('One of the chosen image');
    expect(await readCommits(folder, { running, chosen }, reader)).toMatchObject({
      order: 'diverged',
      total: 1,
      missing: 2,
      commits: [{ subject: 'One of the chosen image' }],
    });
  });

  it('are at most 100 of those that are counted', async () => {
    const running = headOf(folder);
    const tree = execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD^{tree}'], { encoding: 'utf8' }).trim();
    const entries = Array.from({ length: 130 }, (_, at) => {
      const from = at === 0 ? `from ${running}\n` : '';
      return `commit refs/heads/many\ncommitter Ana <ana@example.com> ${1_800_000_000 + at} +0000\ndata 1\nx\n${from}M 040000 ${tree} \n`;
    });
    execFileSync('git', ['-C', folder, 'fast-import', '--quiet'], { input: entries.join('\n') });
    await git(folder, 'checkout', '--quiet', '--force', 'many');
    const reading = await readCommits(folder, { running, chosen: headOf(folder) }, reader);
    expect(reading).toMatchObject({ order: 'forward', total: 130 });
    expect('commits' in reading && reading.commits).toHaveLength(100);
  });

  it('have long subjects cut, and characters escaped that nobody would see', async () => {
    const running = headOf(folder);
    await commit(`\u202egnp ${'long '.repeat(200)}`);
    const chosen = await commit('a\u0007b', `--author=${'A'.repeat(300)} <a@example.com>`);
    const reading = await readCommits(folder, { running, chosen }, reader);
    const [bell, turned] = 'commits' in reading ? reading.commits : [];
    expect(bell?.subject).toBe('a\\u0007b');
    expect(bell?.author).toHaveLength(80);
    expect(turned?.subject).toMatch(/^\\u202egnp long /);
    expect(turned?.subject.length).toBeLessThanOrEqual(210);
  });

  it('come from a shallow clone as far as it goes', async () => {
    await commit('Too old');
    const running = await commit('Running');
    const chosen = await commit('Chosen');
    const clone = join(root, 'clone');
    await git(root, 'clone', '--quiet', '--depth=2', `file://${folder}`, clone);
    expect(await readCommits(clone, { running, chosen }, reader)).toMatchObject({
      order: 'forward',
      total: 1,
    });
  });

  it('are unknown, in one sentence, when the clone lacks a commit', async () => {
    expect(
      await readCommits(folder, { running: headOf(folder), chosen: 'deadbeefdeadbeef' }, reader),
    ).toEqual({
      problem:
        "The clone doesn't have the commit deadbeefdead. Run git fetch in it, or choose another clone.",
    });
  });

  it('are unknown, in one sentence, for a folder without a repository', async () => {
    const empty = join(root, 'empty');
    await mkdir(empty);
    expect(await readCommits(empty, { running: 'deadbeef', chosen: 'deadbee1' }, reader)).toEqual({
      problem: `${empty} has no git repository. Choose the folder of a clone.`,
    });
  });
});

describe('listing commits', () => {
  it.each(Object.entries(CRAFTS))('runs nothing of a clone with %s', async (_, craft) => {
    const mark = join(root, 'mark');
    const program = join(root, 'program');
    await writeFile(program, `#!/bin/sh\ntouch '${mark}'\ncat\n`);
    await chmod(program, 0o755);
    const beside = join(root, 'beside');
    await mkdir(beside);
    const running = headOf(folder);
    const chosen = await commit('second');
    await git(folder, 'config', '--add', 'alias.log', `!${program}`);
    await git(folder, 'config', '--add', 'pager.log', program);
    await craft({ folder, beside, program });
    await rm(mark, { force: true });
    const reading = await readCommits(folder, { running, chosen }, reader);
    expect(existsSync(mark)).toBe(false);
    expect('problem' in reading ? typeof reading.problem : reading.order).toMatch(/^(?:string|forward)$/);
  });
});
