import { assertNever } from '../../../../shared/assert-never.ts';
import type { CleanupJob, CleanupTarget } from '../../../../shared/model/cleanup.ts';
import type { ImageCleanupTarget } from '../../../../shared/model/image-cleanup.ts';
import { formatBytes, formatDuration } from '../../lib/format.ts';
import type { MarkKind } from '../../ui/mark.tsx';

export function stateLabel({ state }: Pick<CleanupJob, 'state'>): string {
  switch (state) {
    case 'running':
      return 'In progress';
    case 'paused':
      return 'Paused';
    case 'done':
      return 'Succeeded';
    case 'failed':
      return 'Failed';
    case 'cancelled':
      return 'Stopped';
    default:
      return assertNever(state);
  }
}

export function markOf({ state }: Pick<CleanupJob, 'state'>): MarkKind {
  switch (state) {
    case 'running':
      return 'progress';
    case 'paused':
      return 'warning';
    case 'done':
      return 'ok';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'idle';
    default:
      return assertNever(state);
  }
}

/** `12 of 30 deregistered, 10 deleted, 1 kept, 1 failed`; of images `12 of 30 deleted`. */
export function countLabel(job: CleanupJob): string {
  const { spared, failed } = job;
  const parts = [...removedLabel(job)];
  if (spared.length > 0) parts.push(`${spared.length} kept`);
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  return parts.join(', ');
}

function removedLabel(job: CleanupJob): readonly string[] {
  const { total, deleted } = job;
  switch (job.kind) {
    case 'revisions': {
      const deregistered = `${job.deregistered} of ${total} deregistered`;
      return deleted > 0 ? [deregistered, `${deleted} deleted`] : [deregistered];
    }
    case 'images': {
      const gone = `${deleted} of ${total} deleted`;
      return job.freedBytes > 0 ? [gone, `up to ${formatBytes(job.freedBytes)} freed`] : [gone];
    }
    default:
      return assertNever(job);
  }
}

/** `18 remaining, about 18 s`; nothing when it has ended. */
export function leftLabel({ state, left, leftMs }: CleanupJob): string | undefined {
  if (state !== 'running' && state !== 'paused') return undefined;
  return leftMs === undefined ? `${left} remaining` : `${left} remaining, about ${formatDuration(leftMs)}`;
}

/** What a job is about: `web`, `3 families`, `images of web`. */
export function jobTargetLabel(job: CleanupJob): string {
  return job.kind === 'images' ? `images of ${repositoriesLabel(job.target)}` : targetLabel(job.target);
}

/** The names behind such a label. */
export function targetNames(job: CleanupJob): readonly string[] {
  return job.kind === 'images' ? job.target.repositories : (job.target.families ?? []);
}

/** `web`, `3 families`, `the whole account`. */
export function targetLabel({ families }: CleanupTarget): string {
  return families === undefined ? 'the whole account' : namesLabel(families, 'families');
}

/** `web`, `3 repositories`. */
export function repositoriesLabel({ repositories }: ImageCleanupTarget): string {
  return namesLabel(repositories, 'repositories');
}

function namesLabel(names: readonly string[], things: string): string {
  const [first = '', ...others] = names;
  return others.length === 0 ? first : `${names.length} ${things}`;
}

/** `30 to remove, 12 to keep`. */
export function verdictLabel({
  removing,
  keeping,
}: {
  readonly removing: number;
  readonly keeping: number;
}): string {
  return `${removing} to remove, ${keeping} to keep`;
}

/** Why it waits or has stopped by itself; how it ended is in the counts. */
export function waitingSentence({ state, sentence }: CleanupJob): string | undefined {
  return state === 'running' || state === 'paused' ? sentence : undefined;
}
