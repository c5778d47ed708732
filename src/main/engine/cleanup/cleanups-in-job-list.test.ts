import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createJobs, type Jobs } from '../jobs/jobs.ts';
import { type CleanupEngine, openCleanupEngine } from '../testing/cleanup-engine.ts';
import { aPolicy } from '../testing/cleanup-policy.ts';
import { aCall } from '../testing/release-engine.ts';
import type { CleanupJobs } from './cleanup-jobs.ts';
import { showInJobList } from './cleanups-in-job-list.ts';

let engine: CleanupEngine;
let cleanups: CleanupJobs;
let jobs: Jobs;

beforeEach(async () => {
  engine = await openCleanupEngine();
  cleanups = engine.openJobs();
  jobs = createJobs(engine.dependencies);
  showInJobList(cleanups, jobs);
});
afterEach(async () => {
  await cleanups.close();
  await jobs.close();
  await engine.closeAll();
});

/** Starts the clean-up of a family that keeps the newest ones. */
async function start(family: string, keepNewest: number): Promise<string> {
  const handlers = engine.handlers(cleanups);
  const input = { ...engine.scope, families: [family], policy: aPolicy({ keepNewest }) };
  const plan = await handlers['cleanup.plan'](input, aCall());
  await handlers['cleanup.start']({ plan: plan.id, confirmation: plan.confirmation }, aCall());
  return plan.id;
}

it('a clean-up is in the job list, with its result when it has ended', async () => {
  const id = await start('dashboard', 9);
  await eventually(() => expect(jobs.list()).toMatchObject([{ id, kind: 'cleanup', state: 'ended' }]));
  expect(jobs.list()).toMatchObject([
    {
      outcome: 'succeeded',
      removes: 'revisions',
      sentence: '2 of 2 revisions deregistered.',
      title: 'Remove 2 revisions of dashboard',
    },
  ]);
});

it('a clean-up that is stopped in the job list is cancelled', async () => {
  const id = await start('web', 1);
  await eventually(() => expect(jobs.isInProgress(id)).toBe(true));
  jobs.cancel(id);
  await eventually(() => expect(cleanups.find(id).state).toBe('cancelled'));
});

it('a clean-up continues in the next process when this one is closed', async () => {
  const id = await start('web', 1);
  await eventually(() => expect(jobs.isInProgress(id)).toBe(true));
  await cleanups.close();
  await jobs.close();
  const next = engine.openJobs();
  expect(next.find(id).state).toBe('running');
  await next.close();
});
