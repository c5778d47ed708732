import { execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { USUAL_ENDPOINTS } from '../aws/endpoints.ts';
import { openCloneFolders } from '../commits/clone-folders.ts';
import { openJournal } from '../journal/journal.ts';
import { git, makeRepository } from '../testing/crafted-repositories.ts';
import { BY_NAME } from '../testing/environments.ts';
import { createKnownCommits } from './commits-behind.ts';
import { releaseNotes } from './release-notes.ts';
import {
  type KeptImage,
  type KeptRevision,
  openTimelineStore,
  type TimelineStore,
} from './timeline-store.ts';

const SOURCE = 'https://github.com/acme/web';
const PLACE = { account: 'sandbox', region: 'us-east-1', endpoint: '', cluster: 'production' };
const NEVER = new AbortController().signal;
const NOW = new Date('2026-11-29T12:00:00.000Z');

let root: string;
let folder: string;
let store: TimelineStore;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'slipway-timeline-')));
  folder = join(root, 'clone');
  await makeRepository(folder);
  store = openTimelineStore({ paths: { data: root }, logger: pino({ level: 'silent' }) });
});
afterEach(async () => {
  store.close();
  await rm(root, { recursive: true });
});

async function commit(subject: string): Promise<string> {
  await git(folder, 'commit', '--quiet', '--allow-empty', '-m', subject);
  return execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
}

function image(number: number, commitId: string): KeptImage {
  const digest = `sha256:${String(number).repeat(64)}`;
  return {
    digest,
    repository: 'web',
    commit: commitId,
    source: SOURCE,
    builtAt: `2026-11-2${number}T00:00:00.000Z`,
  };
}

function dependencies() {
  return { clones: openCloneFolders({ data: root }), ports: { environment: process.env } };
}

it('counts the commits that each image of a row is behind the newest, and says why it cannot', async () => {
  const [one, two] = [await commit('One'), await commit('Two')];
  const newest = image(3, await commit('Three'));
  const images = [image(1, one), newest, image(2, two), undefined];
  const commits = createKnownCommits(store, dependencies());
  await commits.count(images, NEVER);
  expect(commits.behind(images)[0]).toEqual({
    kind: 'uncounted',
    reason: `No clone of ${SOURCE} is chosen. Choose one in the timeline or in the form Deploy.`,
    cloneOf: SOURCE,
  });
  openCloneFolders({ data: root }).set(SOURCE, folder);
  await commits.count(images, NEVER);
  expect(commits.behind(images)).toEqual([
    { kind: 'counted', behind: 2, ahead: 0 },
    { kind: 'newest' },
    { kind: 'counted', behind: 1, ahead: 0 },
    {
      kind: 'uncounted',
      reason: 'ECS did not record the digest of its image, or its registry does not show the image.',
    },
  ]);
});

it('writes the subjects of commits into release notes as text', async () => {
  const before = image(1, await commit('Before'));
  const after = image(2, await commit('Close [the](https://evil.example) <b>hole</b> | `now`'));
  openCloneFolders({ data: root }).set(SOURCE, folder);
  store.keepImages([before, after]);
  store.keepCluster({ ...PLACE, readAt: NOW.toISOString() });
  const revision = (number: number, { digest }: KeptImage): KeptRevision => ({
    taskDefinitionArn: `arn:aws:ecs:us-east-1:123456789012:task-definition/web:${number}`,
    images: [{ container: 'web', image: `web:1.${number}.0`, digest }],
  });
  const arn = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/production/web/1';
  store.keepDeployments(
    PLACE,
    'web',
    [
      {
        service: 'web',
        arn,
        at: '2026-11-28T10:00:00.000Z',
        endedAt: '2026-11-28T10:05:00.000Z',
        outcome: 'succeeded',
        source: revision(1, before),
        target: revision(2, after),
      },
    ],
    'add',
  );
  const journal = openJournal({ data: root }, pino({ level: 'silent' }), { now: () => NOW });
  const account = { id: 'sandbox', name: 'acme', kind: 'profile', environment: 'production' } as const;
  try {
    const notes = await releaseNotes(
      {
        ...dependencies(),
        store,
        changes: journal.changes,
        accounts: {
          list: () => [{ account, source: { kind: 'instance' }, endpoints: {}, variants: USUAL_ENDPOINTS }],
        },
        environments: BY_NAME,
        now: () => NOW,
      },
      { since: '2026-11-28T00:00:00.000Z' },
      NEVER,
    );
    expect(notes).toContain('`1.1.0` (web:1) → `1.2.0` (web:2)\n\n1 commit:');
    expect(notes).toContain(
      `- Close \\[the\\](https\\://evil.example) \\<b\\>hole\\</b\\> \\| \\\`now\\\` (\`${after.commit?.slice(0, 12)}\`, Ana)`,
    );
  } finally {
    journal.close();
  }
});
