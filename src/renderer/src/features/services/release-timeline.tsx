import { useTimeText } from '../../lib/clock.ts';
import { formatAgo, type TimeZone } from '../../lib/format.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { Mark } from '../../ui/mark.tsx';
import { type ReleaseMark, TIMELINE_MS } from './release-marks.ts';
import styles from './release-timeline.module.css';
import { OVERVIEW_TEXT } from './service-text.ts';

const MINUTE = 60_000;
/** Hours of the day that the axis names. */
const EVERY_HOURS = 6;
/** In percent: an hour beyond them would leave the column, or run into the word at the right end. */
const FIRST_NAMED = 10;
const LAST_NAMED = 74;

/** The time to the minute: what is drawn by it changes once a minute. */
export function useMinute(): number {
  return Number(useTimeText((now) => String(Math.floor(now / MINUTE) * MINUTE)));
}

interface ReleaseTimelineProps {
  readonly marks: readonly ReleaseMark[];
  /** The right end of the line, in milliseconds since 1970. */
  readonly now: number;
}

/** The releases of one service in the last 24 hours, on a line that ends now. */
export function ReleaseTimeline({ marks, now }: ReleaseTimelineProps) {
  const last = marks.at(-1);
  return (
    <span
      className={styles.line}
      role="img"
      aria-label={OVERVIEW_TEXT.releases(marks.map((mark) => said(mark, now)))}
    >
      <HourLines now={now} />
      {marks.map((mark) => (
        <span
          key={mark.at}
          className={styles.mark}
          style={{ left: `${position(mark.at, now)}%` }}
          title={said(mark, now)}
        >
          <Mark kind={mark.kind} />
        </span>
      ))}
      {last?.version === undefined || position(last.at, now) < 30 ? null : (
        <span className={styles.version} style={{ right: `${100 - position(last.at, now)}%` }}>
          {last.version}
        </span>
      )}
    </span>
  );
}

/** The lines of the hours that the axis names, through a row. */
function HourLines({ now }: { readonly now: number }) {
  const zone = useTimeZone();
  return namedHours(now, zone).map((at) => (
    <span key={at} className={styles.hour} style={{ left: `${position(at, now)}%` }} />
  ));
}

/** The hours of the day in the last 24 that the axis may name, in milliseconds since 1970. */
function namedHours(now: number, zone: TimeZone): readonly number[] {
  const hour = 60 * MINUTE;
  const times = Array.from({ length: 24 }, (_, index) => Math.floor(now / hour) * hour - index * hour);
  return times.filter((at) => hourOf(at, zone) % EVERY_HOURS === 0);
}

/** The hours over the lines. */
export function TimelineAxis({ now }: { readonly now: number }) {
  const zone = useTimeZone();
  const named = namedHours(now, zone).filter((at) => {
    const place = position(at, now);
    return place > FIRST_NAMED && place < LAST_NAMED;
  });
  return (
    <span className={styles.axis} aria-hidden>
      <b>{OVERVIEW_TEXT.columns.releases}</b>
      {named.map((at) => (
        <span key={at} style={{ left: `${position(at, now)}%` }}>
          {String(hourOf(at, zone)).padStart(2, '0')}:00
        </span>
      ))}
      <span className={styles.now}>now</span>
    </span>
  );
}

function hourOf(at: number, zone: TimeZone): number {
  return zone === 'utc' ? new Date(at).getUTCHours() : new Date(at).getHours();
}

/** Percent from the left. */
function position(at: number, now: number): number {
  return Math.min(100, Math.max(0, 100 - ((now - at) / TIMELINE_MS) * 100));
}

function said({ version, outcome, at }: ReleaseMark, now: number): string {
  return `${version === undefined ? '' : `${version} `}${outcome} ${formatAgo(new Date(at).toISOString(), now)}`;
}
