import { assertNever } from '../../../../shared/assert-never.ts';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';

/** How a clean-up ended, in one sentence, such as `98 of 100 revisions deregistered, 2 spared.` */
export function outcomeSentence(job: CleanupJob): string {
  const { spared, failed } = job;
  const parts = [...countsOf(job)];
  if (spared.length > 0) parts.push(`${spared.length} spared, because ${whySpared(job)}`);
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  if (job.kind === 'revisions' && job.held.length > 0) parts.push(`${job.held.length} still held by ECS`);
  return `${parts.join(', ')}.`;
}

/** A lifecycle policy of ECR also deletes images meanwhile. */
function whySpared({ kind }: CleanupJob): string {
  return kind === 'images' ? 'they came into use or were already deleted' : 'they came into use';
}

function countsOf(job: CleanupJob): readonly string[] {
  const { total, deleted } = job;
  switch (job.kind) {
    case 'revisions': {
      const deregistered = `${job.deregistered} of ${total} revisions deregistered`;
      return deleted > 0 ? [deregistered, `${deleted} deleted permanently`] : [deregistered];
    }
    case 'images':
      return [`${deleted} of ${total} images deleted`];
    default:
      return assertNever(job);
  }
}
