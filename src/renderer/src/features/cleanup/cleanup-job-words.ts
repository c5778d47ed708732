import { assertNever } from '../../../../shared/assert-never.ts';
import type { CleanupJob, CleanupTarget } from '../../../../shared/model/cleanup.ts';
import { formatDuration } from '../../lib/format.ts';
import type { MarkKind } from '../../ui/mark.tsx';

export function stateWords({ state }: Pick<CleanupJob, 'state'>): string {
  switch (state) {
    case 'running':
      return 'Cleaning up';
    case 'paused':
      return 'Paused';
    case 'done':
      return 'Done';
    case 'failed':
      return 'Done, but not with all of them';
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

/** `12 of 30 deregistered, 10 deleted, 1 spared, 1 failed`. */
export function countWords({ deregistered, deleted, spared, failed, total }: CleanupJob): string {
  const parts = [`${deregistered} of ${total} deregistered`];
  if (deleted > 0) parts.push(`${deleted} deleted`);
  if (spared.length > 0) parts.push(`${spared.length} spared`);
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  return parts.join(', ');
}

/** `18 left, about 18 s`; nothing when it is over. */
export function leftWords({ state, left, leftMs }: CleanupJob): string | undefined {
  if (state !== 'running' && state !== 'paused') return undefined;
  return `${left} left, about ${formatDuration(leftMs)}`;
}

/** `web`, `3 families`, `the whole account`. */
export function targetWords({ families }: CleanupTarget): string {
  if (families === undefined) return 'the whole account';
  const [first, ...others] = families;
  return others.length === 0 ? (first ?? '') : `${families.length} families`;
}

/** Why it waits or has stopped by itself; how it ended is in the counts. */
export function waitingSentence({ state, sentence }: CleanupJob): string | undefined {
  return state === 'running' || state === 'paused' ? sentence : undefined;
}
