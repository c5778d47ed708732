import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { createJobs, type Jobs } from '../jobs/jobs.ts';
import { aCall, openReleaseBed, type ReleaseBed } from '../releases/release-bed.fixture.ts';
import { createCleanupHandlers } from './cleanup-handlers.ts';
import { type CleanupJobs, openCleanupJobs } from './cleanup-jobs.ts';
import { showInJobList } from './cleanups-in-job-list.ts';
import { aPolicy } from './policy.fixture.ts';

let sandbox: Sandbox;
let bed: ReleaseBed;
let folder: string;
let cleanups: CleanupJobs;
let jobs: Jobs;

beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'demo', speed: 1 });
  bed = await openReleaseBed(sandbox);
  folder = await mkdtemp(join(tmpdir(), 'slipway-cleanups-'));
  cleanups = openCleanupJobs({ ...bed.dependencies, paths: { data: folder } });
  jobs = createJobs(bed.dependencies);
  showInJobList(cleanups, jobs);
});
afterEach(async () => {
  await cleanups.close();
  await jobs.close();
  bed.close();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

/** Starts the clean-up of a family that keeps the newest ones. */
async function start(family: string, keepNewest: number): Promise<string> {
  const handlers = createCleanupHandlers({ ...bed.dependencies, paths: { data: folder } }, cleanups);
  const input = { ...bed.scope, families: [family], policy: aPolicy({ keepNewest }) };
  const plan = await handlers['cleanup.plan'](input, aCall());
  await handlers['cleanup.start']({ plan: plan.id }, aCall());
  return plan.id;
}

it('a clean-up is in the list of all jobs, and how it ended', async () => {
  const id = await start('dashboard', 9);
  await vi.waitFor(() => expect(jobs.list()).toMatchObject([{ id, kind: 'cleanup', state: 'ended' }]));
  expect(jobs.list()).toMatchObject([
    {
      outcome: 'succeeded',
      sentence: '2 of 2 revisions deregistered.',
      title: 'Remove 2 revisions of dashboard',
    },
  ]);
});

it('a clean-up that is stopped in the list of all jobs is cancelled', async () => {
  const id = await start('web', 1);
  await vi.waitFor(() => expect(jobs.isUnderWay(id)).toBe(true));
  jobs.cancel(id);
  await vi.waitFor(() => expect(cleanups.find(id).state).toBe('cancelled'));
});

it('a clean-up goes on in the next process when this one is closed', async () => {
  const id = await start('web', 1);
  await vi.waitFor(() => expect(jobs.isUnderWay(id)).toBe(true));
  await cleanups.close();
  await jobs.close();
  const next = openCleanupJobs({ ...bed.dependencies, paths: { data: folder } });
  expect(next.find(id).state).toBe('running');
  await next.close();
});
