import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/model/job.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createJobHandlers } from './job-handlers.ts';
import { createJobs, type JobRun, type Jobs } from './jobs.ts';

const ID = '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e';
const NEW: Parameters<Jobs['start']>[0] = {
  id: ID,
  kind: 'deploy',
  account: 'sandbox',
  region: 'us-east-1',
  cluster: 'production',
  subject: 'web',
  title: 'Deploy web:1.9.0 to web',
  recovered: false,
};
const DONE = { outcome: 'succeeded', sentence: 'All tasks run web:42.' } as const;

let jobs: Jobs;
let told: Job[];
beforeEach(() => {
  told = [];
  const clock = { now: () => new Date() };
  jobs = createJobs({ clock, logger: pino({ level: 'silent' }), onEnd: (job) => void told.push(job) });
});
afterEach(() => jobs.close());

/** Work that ends when its signal aborts, as a watch does. */
function untilAborted({ signal }: JobRun): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(cancelled('The watch')), { once: true }),
  );
}

const ended = () => eventually(() => expect(jobs.list()[0]?.state).toBe('ended'));

it('a job reports its state while it works, and its result once', async () => {
  const resume = Promise.withResolvers<undefined>();
  jobs.start(NEW, async ({ report }) => {
    report({ state: 'watching', sentence: '2 of 6 tasks run web:42.' });
    await resume.promise;
    return DONE;
  });
  await eventually(() => expect(jobs.list()).toMatchObject([{ state: 'watching' }]));
  resume.resolve(undefined);
  await ended();
  expect(jobs.list()).toMatchObject([{ ...DONE, endedAt: expect.any(String) }]);
  expect(told).toMatchObject([DONE]);
  jobs.dismiss(ID);
  expect(jobs.list()).toEqual([]);
});

it('a job ends with the sentence of its error, and logs unexpected errors', async () => {
  jobs.start(NEW, () => Promise.reject(new SlipwayError('NOT_FOUND', 'The service was deleted.')));
  await ended();
  expect(jobs.list()).toMatchObject([{ outcome: 'failed', sentence: 'The service was deleted.' }]);
  jobs.start(NEW, () => Promise.reject(new Error('token abc at 10.0.0.1')));
  await ended();
  expect(jobs.list()).toHaveLength(1);
  expect(jobs.list()[0]?.sentence).not.toContain('abc');
});

it('a job that is part of another one is reported with that one, and leaves the list with it', async () => {
  const whole = '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01';
  const resume = Promise.withResolvers<typeof DONE>();
  jobs.isPartOf(ID, whole);
  jobs.start({ ...NEW, id: whole, kind: 'fleet' }, () => resume.promise);
  jobs.start(NEW, async () => DONE);
  await ended();
  expect(jobs.list()).toMatchObject([{ id: ID, partOf: whole }, { id: whole }]);
  expect(told).toEqual([]);
  resume.resolve(DONE);
  await eventually(() => expect(jobs.list()).toHaveLength(1));
  expect(jobs.list().map(({ id }) => id)).toEqual([whole]);
  expect(told.map(({ id }) => id)).toEqual([whole]);
});

it('a job is cancelled by its id without a notification', async () => {
  jobs.start(NEW, untilAborted);
  jobs.cancel(ID);
  await ended();
  expect(jobs.list()[0]?.outcome).toBe('cancelled');
  expect(told).toEqual([]);
  expect(() => jobs.cancel('d94ec0f3-4c40-4b0a-a7e1-6f6c7a6f8f11')).toThrow('no longer exists');
});

it('a job is aborted when the engine closes, which waits for it', async () => {
  jobs.start(NEW, untilAborted);
  await jobs.close();
  expect(jobs.isInProgress(ID)).toBe(false);
  expect(told).toEqual([]);
});

it('the job list is sent to watchers at once and at each change', async () => {
  jobs.start(NEW, untilAborted);
  const seen: (string | undefined)[] = [];
  const watcher = new AbortController();
  const watching = createJobHandlers(jobs, () => {})['jobs.watch'](
    {},
    { signal: watcher.signal, emit: (list) => void seen.push(list[0]?.state) },
  );
  expect(seen).toEqual(['sending']);
  jobs.cancel(ID);
  await eventually(() => expect(seen.at(-1)).toBe('ended'));
  watcher.abort();
  await expect(watching).rejects.toThrow('was cancelled');
});
