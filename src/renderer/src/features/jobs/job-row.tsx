import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Job } from '../../../../shared/model/job.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateTag } from '../../ui/tag.tsx';
import { jobState } from './job-labels.ts';
import { placeOfJob } from './job-place.ts';
import styles from './job-row.module.css';

interface JobRowProps {
  readonly job: Job;
  readonly onFollow: () => void;
}

/** One job: what it is about, how it stands, and the button that stops or dismisses it. */
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
        {isOver ? (
          <Button size="compact-xs" onClick={() => dismiss.mutate({ job: job.id })}>
            Dismiss
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

/** Only a deployment goes on without Slipway: ending any other job ends the work. */
function stopLabel({ kind, state, deploymentArn }: Job): {
  readonly action: string;
  readonly meaning: string;
} {
  if (kind === 'cleanup') return { action: 'Stop', meaning: 'Removed items stay removed; the rest is kept.' };
  if (kind === 'fleet')
    return { action: 'Stop', meaning: 'No further wave starts. Deployments in progress continue.' };
  if (deploymentArn?.includes(':task-set/') === true)
    return {
      action: 'Stop',
      meaning: 'Requests already sent are not undone. The task sets keep their current state.',
    };
  const meaning = 'Requests already sent are not undone. The deployment continues in ECS.';
  return { action: state === 'sending' ? 'Stop' : 'Stop watching', meaning };
}

interface JobLinkProps {
  readonly job: Job;
  readonly onFollow: () => void;
}

/** The way to what a job is about. */
function JobLink({ job, onFollow }: JobLinkProps) {
  const { region, cluster, subject } = job;
  return (
    <Link {...placeOfJob(job)} onClick={onFollow}>
      {cluster === undefined ? `${subject}, ${region}` : `${cluster} / ${subject}`}
    </Link>
  );
}
