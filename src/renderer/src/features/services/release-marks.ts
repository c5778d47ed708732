import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import type { MarkKind } from '../../ui/mark.tsx';
import { overviewStateOf } from './overview-of.ts';

/** How far back the timeline of releases goes. */
export const TIMELINE_MS = 24 * 3_600_000;
/** A release is in the journal a moment before ECS has it. */
const SAME_RELEASE_MS = 120_000;

/** A release on the timeline. */
export interface ReleaseMark {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: MarkKind;
  /** How it ended, such as `rolled back`. */
  readonly outcome: string;
  /** The image version, where it is known. */
  readonly version: string | undefined;
}

const RELEASES: ReadonlySet<JournalEntry['kind']> = new Set(['deploy', 'rollback']);

/** The changes of the journal that are releases of a service, by the service's name. */
export function releasesByService(
  entries: readonly JournalEntry[],
): ReadonlyMap<string, readonly JournalEntry[]> {
  return Map.groupBy(
    entries.filter(({ kind }) => RELEASES.has(kind)),
    ({ subject }) => subject,
  );
}

/** The releases of a service in the last 24 hours, oldest first: its newest deployment, and what the journal has. */
export function releaseMarks(
  row: ServiceRow | undefined,
  entries: readonly JournalEntry[],
  now: number,
): readonly ReleaseMark[] {
  const newest = row?.changedAt === undefined ? [] : [markOfRow(row, Date.parse(row.changedAt))];
  const earlier = entries
    .map(markOfEntry)
    .filter(({ at }) => newest.every((mark) => Math.abs(mark.at - at) > SAME_RELEASE_MS));
  return [...earlier, ...newest]
    .filter(({ at }) => at > now - TIMELINE_MS && at <= now + SAME_RELEASE_MS)
    .toSorted((one, other) => one.at - other.at);
}

function markOfRow(row: ServiceRow, at: number): ReleaseMark {
  const version = row.imageVersion.split(' → ').at(-1);
  switch (overviewStateOf(row)) {
    case 'deploying':
      return { at, version, kind: 'progress', outcome: 'in progress' };
    case 'rolled-back':
      return { at, version, kind: 'rolled-back', outcome: 'rolled back' };
    case 'failing':
      return row.progress === undefined
        ? { at, version, kind: 'warning', outcome: 'failing now' }
        : { at, version, kind: 'failed', outcome: 'failing' };
    default:
      return { at, version, kind: 'ok', outcome: 'deployed' };
  }
}

function markOfEntry({ at, outcome, state }: JournalEntry): ReleaseMark {
  const mark = { at: Date.parse(at), version: undefined };
  if (outcome === 'succeeded') return { ...mark, kind: 'ok', outcome: 'deployed' };
  if (outcome === 'rolled-back') return { ...mark, kind: 'rolled-back', outcome: 'rolled back' };
  if (outcome === 'in-progress' || state === 'open')
    return { ...mark, kind: 'progress', outcome: 'in progress' };
  if (outcome === undefined || outcome === 'unknown')
    return { ...mark, kind: 'idle', outcome: 'outcome unknown' };
  return { ...mark, kind: 'failed', outcome: outcome.replaceAll('-', ' ') };
}
