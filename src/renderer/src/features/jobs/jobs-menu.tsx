import { Button, Popover } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { Job } from '../../../../shared/model/job.ts';
import { discardSentDrafts } from '../../lib/drafts.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { useLastingWatch } from '../../lib/streams.ts';
import { placeOfJob } from './job-place.ts';
import { JobRow } from './job-row.tsx';
import styles from './jobs-menu.module.css';
import { isAccepted, JOBS_TEXT, jobsLabel, newlyEnded, wholeJobs } from './jobs-text.ts';

/** What a job may have changed. */
const READ_AGAIN = [
  'journal.list',
  'services.list',
  'services.get',
  'services.deployments',
  'services.tasks',
  'tasks.get',
];

/** The jobs of the engine in the header: their number, their list, and a notice when one ends. */
export function JobsMenu() {
  const [open, setOpen] = useState(false);
  const dismiss = useEngineChange('jobs.dismiss');
  const jobs = useJobs();
  if (jobs.length === 0) return null;
  const close = (): void => setOpen(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={420} trapFocus>
      <Popover.Target>
        <Button size="compact-sm" onClick={() => setOpen((before) => !before)} aria-expanded={open}>
          {jobsLabel(jobs)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={JOBS_TEXT.title}>
        <ul className={styles.list}>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} onFollow={close} />
          ))}
        </ul>
        {jobs.some(({ state }) => state === 'ended') && (
          <div className={styles.foot}>
            <Button size="compact-xs" onClick={() => dismiss.mutate({})}>
              {JOBS_TEXT.clear}
            </Button>
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

/** The job list of the engine. Shows a notice for each job that ends. */
function useJobs(): readonly Job[] {
  const cache = useQueryClient();
  const router = useRouter();
  const [jobs, setJobs] = useState<readonly Job[]>([]);
  const shown = useRef<readonly Job[]>([]);
  useLastingWatch('jobs.watch', {}, (now) => {
    const ended = newlyEnded(shown.current, now);
    shown.current = now;
    setJobs(wholeJobs(now));
    discardSentDrafts(new Set(now.filter(isAccepted).map(({ id }) => id)));
    // The page of a job shows its end itself.
    const isOpen = (job: Job): boolean => {
      const { pathname } = router.buildLocation(placeOfJob(job));
      return document.visibilityState === 'visible' && pathname === router.state.location.pathname;
    };
    for (const job of ended.filter((each) => each.partOf === undefined && !isOpen(each)))
      tellEnd(job, (each) => void router.navigate(placeOfJob(each)));
    if (ended.length > 0)
      void cache.invalidateQueries({
        predicate: ({ queryKey: [method] }) => READ_AGAIN.some((each) => each === method),
      });
  });
  return jobs;
}

/** A notice is outside of the router, so it has a button in place of a link. */
function tellEnd(job: Job, follow: (job: Job) => void): void {
  const id = `job-${job.id}`;
  const show = (): void => {
    notifications.hide(id);
    follow(job);
  };
  notifications.show({
    id,
    title: job.title,
    message: (
      <>
        {job.sentence}{' '}
        <Button size="compact-xs" onClick={show}>
          {JOBS_TEXT.show}
        </Button>
      </>
    ),
    // The list in the header keeps it after the notice has closed.
    autoClose: job.outcome === 'succeeded' ? 8_000 : 30_000,
    withBorder: true,
    ...(job.outcome === 'succeeded' ? {} : { color: 'red' }),
  });
}
