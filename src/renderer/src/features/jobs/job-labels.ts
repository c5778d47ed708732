import type { Job } from '../../../../shared/model/job.ts';
import type { MarkKind } from '../../ui/mark.tsx';

/** The shape and the word for how a job stands. */
export function jobState(job: Job): { readonly kind: MarkKind; readonly word: string } {
  if (job.state === 'waiting') return { kind: 'warning', word: 'waiting' };
  if (job.state !== 'ended') return { kind: 'progress', word: 'under way' };
  if (job.outcome === 'succeeded') return { kind: 'ok', word: 'done' };
  return job.outcome === 'cancelled'
    ? { kind: 'idle', word: 'cancelled' }
    : { kind: 'failed', word: 'did not succeed' };
}

/** Such as `2 jobs`: how many are under way, or what is left to look at. */
export function jobsLabel(jobs: readonly Job[]): string {
  const underWay = jobs.filter(({ state }) => state !== 'ended').length;
  const count = underWay === 0 ? jobs.length : underWay;
  const words = count === 1 ? '1 job' : `${count} jobs`;
  return underWay === 0 ? `${words} ended` : words;
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
