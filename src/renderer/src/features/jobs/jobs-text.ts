import type { Job } from '../../../../shared/model/job.ts';
import type { MarkKind } from '../../ui/mark.tsx';

/** The labels of the list of jobs. */
export const JOBS_TEXT = {
  title: 'Activity',
  clear: 'Clear finished',
  dismiss: 'Dismiss',
  show: 'Show',
  stopTask: 'Stop task…',
} as const;

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
  return unfinished === 0 ? JOBS_TEXT.title : `${JOBS_TEXT.title} (${unfinished})`;
}

/** The button that stops a job, and what that means. Only a deployment continues without Slipway. */
export function stopLabel({ kind, state, deploymentArn }: Job): {
  readonly action: string;
  readonly meaning: string;
} {
  if (kind === 'cleanup') return { action: 'Stop', meaning: 'Removed items stay removed; the rest is kept.' };
  if (kind === 'fleet')
    return { action: 'Stop', meaning: 'No further wave starts. Deployments in progress continue.' };
  if (kind === 'run')
    return {
      action: 'Stop watching',
      meaning: 'The task continues in ECS.',
    };
  if (deploymentArn?.includes(':task-set/') === true)
    return {
      action: 'Stop',
      meaning: 'Requests already sent are not undone. The task sets keep their current state.',
    };
  const meaning = 'Requests already sent are not undone. The deployment continues in ECS.';
  return { action: state === 'sending' ? 'Stop' : 'Stop watching', meaning };
}

/** Where a job is at work: `main / web`, or `sandbox, us-east-1` outside of a cluster. */
export function placeLabel({ region, cluster, subject }: Job): string {
  return cluster === undefined ? `${subject}, ${region}` : `${cluster} / ${subject}`;
}

/** The jobs without those that are a part of another one of them. */
export function wholeJobs(jobs: readonly Job[]): readonly Job[] {
  const ids = new Set(jobs.map(({ id }) => id));
  return jobs.filter(({ partOf }) => partOf === undefined || !ids.has(partOf));
}

/** Whether AWS has accepted what a job sends: only its end is open, or it has one. */
export function isAccepted({ state, outcome, deploymentArn }: Job): boolean {
  if (state === 'watching') return true;
  return state === 'ended' && (outcome === 'succeeded' || deploymentArn !== undefined);
}

/** The jobs that have ended since an earlier list, without the ones that somebody stopped. */
export function newlyEnded(before: readonly Job[], after: readonly Job[]): readonly Job[] {
  const open = new Set(before.filter(({ state }) => state !== 'ended').map(({ id }) => id));
  return after.filter(
    ({ id, state, outcome }) => open.has(id) && state === 'ended' && outcome !== 'cancelled',
  );
}
