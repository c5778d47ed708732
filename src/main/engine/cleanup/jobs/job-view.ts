import { assertNever } from '../../../../shared/assert-never.ts';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { expectedMs } from './expected-time.ts';
import type { JobItems } from './job-items.ts';
import type { StoredJob } from './stored-job.ts';

/** The state of a job as a whole. */
export type JobState = Pick<CleanupJob, 'state' | 'createdAt' | 'endedAt' | 'sentence'>;

/** A job as people see it: how far it is, what is left and how long, and what did not go. */
export function jobView(
  job: StoredJob,
  state: JobState,
  items: Pick<JobItems, 'counts' | 'exceptions'>,
): CleanupJob {
  const { id, subject } = job;
  const { total, deregistered, freedBytes, of } = items.counts(id);
  const exceptions = { spared: items.exceptions(id, 'spared'), failed: items.exceptions(id, 'failed') };
  switch (job.kind) {
    case 'revisions': {
      const { kind, target, policy } = job;
      const active = of('active', 'deregistering');
      const left = active + of('inactive', 'deleting');
      return {
        id,
        subject,
        kind,
        target,
        policy,
        ...state,
        ...exceptions,
        total,
        deregistered,
        deleted: of('deleted', 'held'),
        left,
        leftMs: expectedMs({ active, deleting: policy.deletePermanently ? left : 0 }),
        held: items.exceptions(id, 'held'),
      };
    }
    case 'images': {
      const { kind, target, policy } = job;
      const left = of('present', 'deleting');
      return {
        id,
        subject,
        kind,
        target,
        policy,
        ...state,
        ...exceptions,
        total,
        deleted: of('deleted'),
        freedBytes,
        left,
      };
    }
    default:
      return assertNever(job);
  }
}
