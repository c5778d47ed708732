import { Button } from '@mantine/core';
import { useState } from 'react';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { useEngineWatch } from '../../lib/streams.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './cleanup-job-card.module.css';
import {
  countLabel,
  JOB_TEXT,
  jobTargetLabel,
  leftLabel,
  markOf,
  stateLabel,
  targetNames,
  waitingSentence,
} from './cleanup-text.ts';

/** One clean-up: how far it is, what is left and how long, and what can be done about it. */
export function CleanupJobCard({ job: listed }: { readonly job: CleanupJob }) {
  const [watched, setWatched] = useState<CleanupJob>();
  const { current, restart } = useEngineWatch(
    'cleanup.watch',
    { job: listed.id },
    { onEvent: setWatched, onEnd: setWatched },
  );
  const job = watched ?? listed;
  const handled = job.total - job.left;
  const sentence = waitingSentence(job);
  return (
    <section className={styles.job} aria-label={JOB_TEXT.title}>
      <div className={styles.head}>
        <div className={styles.text} role="status">
          <Mark kind={markOf(job)} />
          <b>{stateLabel(job)}</b>
          <span title={targetNames(job).join(', ')}>{jobTargetLabel(job)}</span>
          <span className={styles.soft}>{countLabel(job)}</span>
        </div>
        <span className={styles.soft}>
          {leftLabel(job) ?? <RelativeTime at={job.endedAt ?? job.createdAt} />}
        </span>
        <JobButtons job={job} onChanged={setWatched} />
      </div>
      <progress
        className={styles.bar}
        max={Math.max(job.total, 1)}
        value={handled}
        aria-label={JOB_TEXT.processed}
      />
      {current.state === 'failed' && <ErrorNotice error={current.error} onRetry={restart} />}
      {sentence !== undefined && <p>{sentence}</p>}
      {job.doing !== undefined && sentence === undefined && (
        <p className={styles.soft}>
          {JOB_TEXT.current} <Mono>{job.doing}</Mono>
        </p>
      )}
      <Exceptions title={JOB_TEXT.spared[job.kind]} items={job.spared} />
      <Exceptions title={JOB_TEXT.failed} items={job.failed} />
      {job.kind === 'revisions' && <Exceptions title={JOB_TEXT.held} items={job.held} />}
    </section>
  );
}

interface JobButtonsProps {
  readonly job: CleanupJob;
  readonly onChanged: (job: CleanupJob) => void;
}

function JobButtons({ job, onChanged }: JobButtonsProps) {
  const pause = useEngineChange('cleanup.pause');
  const resume = useEngineChange('cleanup.resume');
  const cancel = useEngineChange('cleanup.cancel');
  if (job.state !== 'running' && job.state !== 'paused') return null;
  const failed = [pause, resume, cancel].find(({ isError }) => isError)?.error;
  const input = { job: job.id };
  return (
    <div className={styles.buttons}>
      {failed !== undefined && failed !== null && <ErrorNotice error={failed} />}
      {job.state === 'running' ? (
        <Button
          size="compact-sm"
          onClick={() => pause.mutate(input, { onSuccess: onChanged })}
          loading={pause.isPending}
        >
          {JOB_TEXT.pause}
        </Button>
      ) : (
        <Button
          size="compact-sm"
          variant="filled"
          onClick={() => resume.mutate(input, { onSuccess: onChanged })}
          loading={resume.isPending}
        >
          {JOB_TEXT.resume}
        </Button>
      )}
      <Button
        size="compact-sm"
        onClick={() => cancel.mutate(input, { onSuccess: onChanged })}
        loading={cancel.isPending}
      >
        {JOB_TEXT.stop}
      </Button>
    </div>
  );
}

interface ExceptionsProps {
  readonly title: string;
  readonly items: CleanupJob['failed'];
}

/** Revisions or images that did not go as planned, each with its reason. */
function Exceptions({ title, items }: ExceptionsProps) {
  if (items.length === 0) return null;
  return (
    <section className={styles.exceptions} aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {items.map(({ name, message }) => (
          <li key={name}>
            <Mono>{name}</Mono> <span className={styles.soft}>{message}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
