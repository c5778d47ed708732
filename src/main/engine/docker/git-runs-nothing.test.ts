import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CRAFTS, makeRepository, type Target } from '../testing/crafted-repositories.ts';
import { readBuildFolder } from './build-folder.ts';
import { describeCommit } from './git-describe.ts';

const reader = { environment: process.env, signal: new AbortController().signal };

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'slipway-crafted-')));
});
afterEach(() => rm(root, { recursive: true }));

async function target(): Promise<Target & { readonly mark: string }> {
  const mark = join(root, 'mark');
  const program = join(root, 'program');
  await writeFile(program, `#!/bin/sh\ntouch '${mark}'\ncat\n`);
  await chmod(program, 0o755);
  const folder = join(root, 'folder');
  const beside = join(root, 'beside');
  await mkdir(beside);
  await makeRepository(folder);
  return { folder, beside, program, mark };
}

describe('reading a folder', () => {
  it.each(Object.entries(CRAFTS))('runs nothing of a repository with %s', async (_, craft) => {
    const crafted = await target();
    await craft(crafted);
    await rm(crafted.mark, { force: true });
    const found = await readBuildFolder(crafted.folder, new Date(), reader);
    const described = await describeCommit(crafted.folder, reader);
    expect(existsSync(crafted.mark)).toBe(false);
    expect(described ?? 'unknown').toMatch(/^(?:[0-9a-f]{7,}|unknown)$/);
    // Either the commit, with the changed file, or one sentence on why it couldn't be read.
    expect(found.git?.dirty ?? found.gitProblem).toSatisfy(
      (said: unknown) =>
        said === true || String(said).startsWith("Couldn't read the commit of this folder: "),
    );
  });
});
