import { execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Image } from '../../../shared/model/image.ts';
import { git, makeRepository } from '../testing/crafted-repositories.ts';
import { openCloneFolders } from './clone-folders.ts';
import { createCommitHandlers } from './commit-handlers.ts';

const context = { signal: new AbortController().signal, emit: () => undefined };
const SOURCE = 'https://github.com/acme/web';
const ASKED = {
  account: 'sandbox',
  region: 'us-east-1',
  running: '127.0.0.1:5000/acme/web:1.8.3',
  chosen: '127.0.0.1:5000/acme/web:1.9.0',
};

let root: string;
let clone: string;
let commits: readonly [first: string, second: string];
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'slipway-commits-')));
  clone = join(root, 'clone');
  await makeRepository(clone);
  await git(clone, 'commit', '--quiet', '--all', '-m', 'second');
  const [second = '', first = ''] = execFileSync('git', ['-C', clone, 'rev-list', 'HEAD'], {
    encoding: 'utf8',
  }).split('\n');
  commits = [first, second];
});
afterEach(() => rm(root, { recursive: true }));

/** Handlers over two images, of which the running one was built first. */
function handlersFor(running: Partial<Image>, chosen: Partial<Image>) {
  const image = { repository: 'acme/web', digest: `sha256:${'ab'.repeat(32)}`, tags: [], platforms: [] };
  const found: readonly Image[] = [running, chosen].map((each) => ({ ...image, status: 'ACTIVE', ...each }));
  return createCommitHandlers({
    images: { manyFacts: async () => found },
    clones: openCloneFolders({ data: root }),
    ports: { environment: process.env },
  });
}

describe('images.commits', () => {
  it('has only the labels and the address of the comparison without a clone', async () => {
    const [commit, second] = commits;
    const handlers = handlersFor({ commit, source: SOURCE }, { commit: second, source: SOURCE });
    expect(await handlers['images.commits'](ASKED, context)).toEqual({
      running: { commit, source: SOURCE },
      chosen: { commit: second, source: SOURCE },
      order: 'unknown',
      commits: [],
      total: 0,
      missing: 0,
      isBuiltEarlier: false,
      repository: SOURCE,
      commitsUrl: `${SOURCE}/compare/${commit}...${second}`,
    });
  });

  it('says without a clone that the chosen image was built before the running one', async () => {
    const handlers = handlersFor(
      { builtAt: '2026-11-02T00:00:00.000Z' },
      { builtAt: '2026-11-01T00:00:00.000Z' },
    );
    expect(await handlers['images.commits'](ASKED, context)).toMatchObject({
      order: 'unknown',
      isBuiltEarlier: true,
      repository: '127.0.0.1:5000/acme/web',
    });
  });

  it('lists the commits of the clone that was remembered for the source, also after a restart', async () => {
    const [first, second] = commits;
    await handlersFor({}, {})['images.setClone']({ repository: SOURCE, folder: clone }, context);
    const reopened = handlersFor(
      { commit: first, source: SOURCE },
      { commit: `${second}-dirty`, source: SOURCE },
    );
    expect(await reopened['images.commits'](ASKED, context)).toMatchObject({
      order: 'forward',
      clone,
      total: 1,
      commits: [{ commit: second, author: 'Ana', subject: 'second' }],
    });
    await reopened['images.setClone']({ repository: SOURCE }, context);
    expect(await reopened['images.commits'](ASKED, context)).not.toHaveProperty('clone');
  });

  it('has the labels and a problem when the remembered folder is gone', async () => {
    const [first, second] = commits;
    const handlers = handlersFor({ commit: first, source: SOURCE }, { commit: second, source: SOURCE });
    await handlers['images.setClone']({ repository: SOURCE, folder: clone }, context);
    await rm(clone, { recursive: true });
    expect(await handlers['images.commits'](ASKED, context)).toMatchObject({
      order: 'unknown',
      commitsUrl: expect.stringContaining('/compare/'),
      problem: expect.stringContaining('has no git repository'),
    });
  });

  it('refuses a folder without a repository, and ignores a damaged list of clones', async () => {
    const handlers = handlersFor({}, {});
    await expect(
      handlers['images.setClone']({ repository: SOURCE, folder: root }, context),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await writeFile(join(root, 'clones.json'), '{');
    expect(await handlers['images.commits'](ASKED, context)).not.toHaveProperty('clone');
  });
});
