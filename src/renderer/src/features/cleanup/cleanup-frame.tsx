import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import styles from './cleanup-frame.module.css';
import { CleanupJobCard } from './cleanup-job-card.tsx';
import { CLEANUP_TEXT } from './cleanup-text.ts';
import { EarlierCleanups } from './earlier-cleanups.tsx';

interface CleanupFrameProps {
  readonly scope: Scope;
  readonly children: ReactNode;
}

/** What both kinds of clean-ups have in common: the way to the other one, and what runs already. */
export function CleanupFrame({ scope: { account, region }, children }: CleanupFrameProps) {
  const params = { account, region };
  return (
    <Page
      title={CLEANUP_TEXT.title}
      about={
        <nav className={styles.kinds} aria-label={CLEANUP_TEXT.kinds}>
          <Link to="/a/$account/$region/cleanup" params={params}>
            {CLEANUP_TEXT.revisions}
          </Link>
          <Link to="/a/$account/$region/image-cleanup" params={params}>
            {CLEANUP_TEXT.images}
          </Link>
        </nav>
      }
    >
      <CleanupJobs scope={{ account, region }} />
      {children}
    </Page>
  );
}

const POLL_MS = 5_000;

/** Clean-ups that are in progress or rest, the one that ended last, and a list of those before. */
function CleanupJobs({ scope }: { readonly scope: Scope }) {
  const { account, region } = scope;
  const jobs = useEngineQuery('cleanup.jobs', { account, region }, { pollMs: POLL_MS });
  if (jobs.isError) return <ErrorNotice error={jobs.error} onRetry={() => void jobs.refetch()} />;
  const all = jobs.data ?? [];
  const shown = all.filter((job, index) => index === 0 || isInProgress(job));
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

function isInProgress({ state }: CleanupJob): boolean {
  return state === 'running' || state === 'paused';
}
