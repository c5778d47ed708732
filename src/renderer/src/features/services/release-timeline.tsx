import { NativeSelect } from '@mantine/core';
import { useTimeText } from '../../lib/clock.ts';
import { formatAgo } from '../../lib/format.ts';
import { OVERVIEW_SPANS, type OverviewSpan } from '../../lib/search.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { Mark } from '../../ui/mark.tsx';
import { type AxisLine, linesOf, type ReleaseMark, SPAN_MS } from './release-marks.ts';
import styles from './release-timeline.module.css';
import { OVERVIEW_TEXT } from './service-text.ts';

const MINUTE = 60_000;
/** In percent: a time beyond them would leave the column, or run into the word at the right end. */
const FIRST_NAMED = 10;
const LAST_NAMED = 68;

/** The time to the minute: what is drawn by it changes once a minute. */
export function useMinute(): number {
  return Number(useTimeText((now) => String(Math.floor(now / MINUTE) * MINUTE)));
}

/** What the lines of all rows share. */
export interface TimeAxis {
  readonly span: OverviewSpan;
  /** The right end, in milliseconds since 1970. */
  readonly now: number;
  readonly lines: readonly AxisLine[];
}

/** The axis of a period that ends now: a line each quarter, each sixth hour of the day, or each midnight. */
export function useTimeAxis(span: OverviewSpan, now: number): TimeAxis {
  const zone = useTimeZone();
  return { span, now, lines: linesOf(span, now, zone) };
}

interface ReleaseTimelineProps {
  readonly marks: readonly ReleaseMark[];
  readonly axis: TimeAxis;
}

/** The releases of one service on a line that ends now. */
export function ReleaseTimeline({ marks, axis }: ReleaseTimelineProps) {
  const { span, now, lines } = axis;
  const last = marks.at(-1);
  return (
    <span
      className={styles.line}
      role="img"
      aria-label={OVERVIEW_TEXT.releases(
        span,
        marks.map((mark) => said(mark, now)),
      )}
    >
      {lines.map(({ at }) => (
        <span key={at} className={styles.hour} style={{ left: `${position(at, axis)}%` }} />
      ))}
      {marks.map((mark) => (
        <span
          key={mark.at}
          className={styles.mark}
          style={{ left: `${position(mark.at, axis)}%` }}
          title={said(mark, now)}
        >
          <Mark kind={mark.kind} />
        </span>
      ))}
      {last?.version === undefined || position(last.at, axis) < 30 ? null : (
        <span className={styles.version} style={{ right: `${100 - position(last.at, axis)}%` }}>
          {last.version}
        </span>
      )}
    </span>
  );
}

interface TimelineHeadProps {
  readonly axis: TimeAxis;
  readonly onSpan: (span: OverviewSpan) => void;
}

/** The choice of the period, and its times over the lines. */
export function TimelineHead({ axis, onSpan }: TimelineHeadProps) {
  const named = axis.lines.filter(({ at }) => {
    const place = position(at, axis);
    return place > FIRST_NAMED && place < LAST_NAMED;
  });
  return (
    <span className={styles.axis}>
      <NativeSelect
        variant="unstyled"
        classNames={{ input: styles.span ?? '' }}
        aria-label={OVERVIEW_TEXT.span}
        value={axis.span}
        data={OVERVIEW_SPANS.map((span) => ({ value: span, label: OVERVIEW_TEXT.spans[span] }))}
        onChange={({ currentTarget }) => {
          const span = OVERVIEW_SPANS.find((each) => each === currentTarget.value);
          if (span !== undefined) onSpan(span);
        }}
      />
      {named.map(({ at, label }) =>
        label === undefined ? null : (
          <span key={at} className={styles.time} style={{ left: `${position(at, axis)}%` }} aria-hidden>
            {label}
          </span>
        ),
      )}
      <span className={`${styles.time} ${styles.now}`} aria-hidden>
        now
      </span>
    </span>
  );
}

/** Percent from the left. */
function position(at: number, { span, now }: TimeAxis): number {
  return Math.min(100, Math.max(0, 100 - ((now - at) / SPAN_MS[span]) * 100));
}

function said({ version, outcome, at }: ReleaseMark, now: number): string {
  return `${version === undefined ? '' : `${version} `}${outcome} ${formatAgo(new Date(at).toISOString(), now)}`;
}
