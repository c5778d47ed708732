import type { Job } from '../../../../shared/model/job.ts';
import type { MarkKind } from '../../ui/mark.tsx';

/** The mark and the label of the state of a job. */
export function jobState(job: Job): { readonly kind: MarkKind; readonly word: string } {
  if (job.state === 'waiting') return { kind: 'warning', word: 'Waiting' };
  if (job.state !== 'ended') return { kind: 'progress', word: 'In progress' };
  if (job.outcome === 'succeeded') return { kind: 'ok', word: 'Succeeded' };
  return job.outcome === 'cancelled' ? { kind: 'idle', word: 'Stopped' } : { kind: 'failed', word: 'Failed' };
}

/** Such as `Activity (2)`: how many jobs have not finished; only `Activity` when all have. */
export function jobsLabel(jobs: readonly Job[]): string {
  const unfinished = jobs.filter(({ state }) => state !== 'ended').length;
  return unfinished === 0 ? 'Activity' : `Activity (${unfinished})`;
}

/** The jobs without those that are a part of another one of them. */
export function wholeJobs(jobs: readonly Job[]): readonly Job[] {
  const ids = new Set(jobs.map(({ id }) => id));
  return jobs.filter(({ partOf }) => partOf === undefined || !ids.has(partOf));
}

/** The jobs that have ended by themselves since an earlier list. */
export function newlyEnded(before: readonly Job[], after: readonly Job[]): readonly Job[] {
  const open = new Set(before.filter(({ state }) => state !== 'ended').map(({ id }) => id));
  return after.filter(
    ({ id, state, outcome }) => open.has(id) && state === 'ended' && outcome !== 'cancelled',
  );
}
