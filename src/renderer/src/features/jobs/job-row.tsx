import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Job } from '../../../../shared/model/job.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateTag } from '../../ui/tag.tsx';
import { placeOfJob } from './job-place.ts';
import styles from './job-row.module.css';
import { JOBS_TEXT, jobState, placeLabel, stopLabel } from './jobs-text.ts';

interface JobRowProps {
  readonly job: Job;
  readonly onFollow: () => void;
}

/** One job: its subject, its state, and the button that stops or dismisses it. */
export function JobRow({ job, onFollow }: JobRowProps) {
  const cancel = useEngineChange('jobs.cancel');
  const dismiss = useEngineChange('jobs.dismiss');
  const { kind, word } = jobState(job);
  const isOver = job.state === 'ended';
  return (
    <li className={styles.row}>
      <div className={styles.head}>
        <StateTag kind={kind}>{word}</StateTag>
        <b>{job.title}</b>
        <span className={styles.when}>
          <RelativeTime at={job.endedAt ?? job.startedAt} />
        </span>
      </div>
      <p className={styles.sentence}>{job.sentence}</p>
      <div className={styles.foot}>
        <JobLink job={job} onFollow={onFollow} />
        {isOver || job.taskArn === undefined ? null : (
          // A task is stopped on its page, where the rules of its place are asked for.
          <Link {...placeOfJob(job, { ask: 'stop' })} onClick={onFollow}>
            {JOBS_TEXT.stopTask}
          </Link>
        )}
        {isOver ? (
          <Button size="compact-xs" onClick={() => dismiss.mutate({ job: job.id })}>
            {JOBS_TEXT.dismiss}
          </Button>
        ) : (
          <Button
            size="compact-xs"
            title={stopLabel(job).meaning}
            onClick={() => cancel.mutate({ job: job.id })}
          >
            {stopLabel(job).action}
          </Button>
        )}
      </div>
    </li>
  );
}

interface JobLinkProps {
  readonly job: Job;
  readonly onFollow: () => void;
}

/** A link to the subject of a job. */
function JobLink({ job, onFollow }: JobLinkProps) {
  return (
    <Link {...placeOfJob(job)} onClick={onFollow}>
      {placeLabel(job)}
    </Link>
  );
}
