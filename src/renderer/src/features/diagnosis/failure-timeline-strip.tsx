import type { FailureTimelineEntry } from '../../../../shared/model/deployment.ts';
import { formatInstant } from '../../lib/format.ts';
import styles from './failure-timeline-strip.module.css';

/** What happened in order, at a glance: how it began, each failure, the way back. */
export function FailureTimelineStrip({
  failureTimeline,
}: {
  readonly failureTimeline: readonly FailureTimelineEntry[];
}) {
  return (
    <ol className={styles.strip}>
      {failureTimeline.map((entry, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: the same thing may happen several times, in this order
          key={index}
          className={`${styles.period} ${styles[entry.state]}`}
          title={entry.at === undefined ? entry.words : `${entry.words}, ${formatInstant(entry.at)}`}
        >
          {entry.words}
        </li>
      ))}
    </ol>
  );
}
