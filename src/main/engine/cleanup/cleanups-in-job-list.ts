import type { CleanupJob } from '../../../shared/model/cleanup.ts';
import type { JobEnd, JobRun, Jobs } from '../jobs/jobs.ts';
import { type CleanupJobs, isOver } from './cleanup-jobs.ts';

/**
 * Shows the clean-ups of this process in the job list, where they can be stopped too. Close them before the list:
 * closing the list does not stop them.
 */
export function showInJobList(cleanups: CleanupJobs, jobs: Jobs): void {
  cleanups.onChange((id) => {
    if (cleanups.isClosed() || jobs.isInProgress(id)) return;
    const job = cleanups.find(id);
    if (isOver(job)) return;
    const { account, region } = job.target;
    jobs.start(
      {
        id,
        kind: 'cleanup',
        account,
        region,
        subject: job.subject,
        title: `Remove ${job.total} ${job.kind} of ${job.subject}`,
        removes: job.kind,
        recovered: job.left < job.total,
      },
      (run) => follow(cleanups, id, run),
    );
  });
}

async function follow(cleanups: CleanupJobs, id: string, run: JobRun): Promise<JobEnd | undefined> {
  try {
    return endOf(await cleanups.watch(id, run.signal, (job) => run.report(standOf(job))));
  } catch (error) {
    if (cleanups.isClosed()) return undefined;
    if (!run.signal.aborted) throw error;
    return endOf(isOver(cleanups.find(id)) ? cleanups.find(id) : cleanups.cancel(id));
  }
}

function standOf({ state, total, left, doing, sentence }: CleanupJob): Parameters<JobRun['report']>[0] {
  return {
    state: state === 'paused' ? 'waiting' : 'sending',
    sentence: sentence ?? (state === 'paused' ? 'Paused.' : (doing ?? 'It continues.')),
    progress: { done: total - left, total },
  };
}

function endOf({ state, sentence = '' }: CleanupJob): JobEnd {
  if (state === 'cancelled') return { outcome: 'cancelled', sentence };
  return { outcome: state === 'done' ? 'succeeded' : 'failed', sentence };
}
