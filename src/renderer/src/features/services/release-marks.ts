import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import type { TimeZone } from '../../lib/format.ts';
import type { OverviewSpan } from '../../lib/search.ts';
import type { MarkKind } from '../../ui/mark.tsx';
import { overviewStateOf } from './overview-of.ts';

/** How far back the timeline of releases goes, in milliseconds. */
export const SPAN_MS: Readonly<Record<OverviewSpan, number>> = {
  hour: 3_600_000,
  day: 24 * 3_600_000,
  week: 7 * 24 * 3_600_000,
};
/** A release is in the journal a moment before ECS has it. */
const SAME_RELEASE_MS = 120_000;

/** Every time zone is a multiple of this from UTC. */
const QUARTER_MS = 15 * 60_000;
/** Hours of the day that the axis of a day has a line for. */
const EVERY_HOURS = 6;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** A line of the time axis. */
export interface AxisLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The time of day or the weekday; every second day has none, which would not fit. */
  readonly label: string | undefined;
}

/** The lines of an axis, the newest first. */
export function linesOf(span: OverviewSpan, now: number, zone: TimeZone): readonly AxisLine[] {
  const newest = Math.floor(now / QUARTER_MS) * QUARTER_MS;
  const times = Array.from({ length: SPAN_MS[span] / QUARTER_MS }, (_, index) => newest - index * QUARTER_MS);
  const lines = times.map((at) => ({ at, ...clockOf(at, zone) }));
  switch (span) {
    case 'hour':
      return lines.map(({ at, hour, minute }) => ({ at, label: timeLabel(hour, minute) }));
    case 'day':
      return lines
        .filter(({ hour, minute }) => hour % EVERY_HOURS === 0 && minute === 0)
        .map(({ at, hour, minute }) => ({ at, label: timeLabel(hour, minute) }));
    case 'week':
      return lines
        .filter(({ hour, minute }) => hour === 0 && minute === 0)
        .map(({ at, day }, index) => ({ at, label: index % 2 === 1 ? WEEKDAYS[day] : undefined }));
  }
}

function clockOf(at: number, zone: TimeZone) {
  const date = new Date(at);
  return zone === 'utc'
    ? { day: date.getUTCDay(), hour: date.getUTCHours(), minute: date.getUTCMinutes() }
    : { day: date.getDay(), hour: date.getHours(), minute: date.getMinutes() };
}

function timeLabel(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

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

/** The releases of a service in the last hour, day or week, oldest first: its newest deployment, and what the journal has. */
export function releaseMarks(
  row: ServiceRow | undefined,
  entries: readonly JournalEntry[],
  span: OverviewSpan,
  now: number,
): readonly ReleaseMark[] {
  const newest = row?.changedAt === undefined ? [] : [markOfRow(row, Date.parse(row.changedAt))];
  const earlier = entries
    .map(markOfEntry)
    .filter(({ at }) => newest.every((mark) => Math.abs(mark.at - at) > SAME_RELEASE_MS));
  return [...earlier, ...newest]
    .filter(({ at }) => at > now - SPAN_MS[span] && at <= now + SAME_RELEASE_MS)
    .toSorted((one, other) => one.at - other.at);
}

function markOfRow(row: ServiceRow, at: number): ReleaseMark {
  const version = row.imageVersion.split(' → ').at(-1);
  switch (overviewStateOf(row)) {
    case 'deploying':
      return { at, version, kind: 'progress', outcome: 'in progress' };
    case 'rolled-back':
      // The row has the version that runs again, not the one that failed.
      return { at, version: undefined, kind: 'rolled-back', outcome: `rolled back to ${version}` };
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
