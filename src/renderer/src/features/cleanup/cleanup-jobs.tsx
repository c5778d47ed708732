import type { Scope } from '../../../../shared/model/account.ts';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CleanupJobCard } from './cleanup-job-card.tsx';
import { EarlierCleanups } from './earlier-cleanups.tsx';

const POLL_MS = 5_000;

/** Clean-ups that are under way or rest, the one that ended last, and a list of those before. */
export function CleanupJobs({ scope }: { readonly scope: Scope }) {
  const { account, region } = scope;
  const jobs = useEngineQuery('cleanup.jobs', { account, region }, { pollMs: POLL_MS });
  if (jobs.isError) return <ErrorNotice error={jobs.error} onRetry={() => void jobs.refetch()} />;
  const all = jobs.data ?? [];
  const shown = all.filter((job, index) => index === 0 || isUnderWay(job));
  const earlier = all.filter((job) => !shown.includes(job));
  return (
    <>
      {shown.map((job) => (
        <CleanupJobCard key={job.id} job={job} />
      ))}
      {earlier.length > 0 && <EarlierCleanups jobs={earlier} />}
    </>
  );
}

function isUnderWay({ state }: CleanupJob): boolean {
  return state === 'running' || state === 'paused';
}
