import type { FailureTimelineEntry } from '../../../../shared/model/deployment.ts';
import { useFormatInstant } from '../../lib/time-zone.ts';
import { DIAGNOSIS_TEXT } from './diagnosis-text.ts';
import styles from './failure-timeline-strip.module.css';

/** What happened in order: the start, each failure, the rollback. */
export function FailureTimelineStrip({
  failureTimeline,
}: {
  readonly failureTimeline: readonly FailureTimelineEntry[];
}) {
  const formatInstant = useFormatInstant();
  return (
    <ol className={styles.strip}>
      {failureTimeline.map((entry, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: the same thing may happen several times, in this order
          key={index}
          className={`${styles.period} ${styles[entry.state]}`}
          title={DIAGNOSIS_TEXT.entryAt(
            entry.words,
            entry.at === undefined ? undefined : formatInstant(entry.at),
          )}
        >
          {entry.words}
        </li>
      ))}
    </ol>
  );
}
