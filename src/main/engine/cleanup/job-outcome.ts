import type { CleanupJob } from '../../../shared/model/cleanup.ts';

/** How a clean-up ended, in one sentence, such as `98 of 100 revisions deregistered, 2 stayed: they came into use.` */
export function outcomeSentence({
  deregistered,
  deleted,
  spared,
  failed,
  held,
  total,
}: Pick<CleanupJob, 'deregistered' | 'deleted' | 'spared' | 'failed' | 'held' | 'total'>): string {
  const parts = [`${deregistered} of ${total} revisions deregistered`];
  if (deleted > 0) parts.push(`${deleted} deleted for good`);
  if (spared.length > 0) parts.push(`${spared.length} spared, because they came into use`);
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  if (held.length > 0) parts.push(`${held.length} still held by ECS`);
  return `${parts.join(', ')}.`;
}
