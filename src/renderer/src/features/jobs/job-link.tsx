import { Link } from '@tanstack/react-router';
import type { Job } from '../../../../shared/model/job.ts';
import { placeOfJob } from './job-place.ts';

interface JobLinkProps {
  readonly job: Job;
  readonly onFollow: () => void;
}

/** The way to what a job is about. */
export function JobLink({ job, onFollow }: JobLinkProps) {
  const { region, cluster, subject } = job;
  return (
    <Link {...placeOfJob(job)} onClick={onFollow}>
      {cluster === undefined ? `${subject}, ${region}` : `${cluster} / ${subject}`}
    </Link>
  );
}
