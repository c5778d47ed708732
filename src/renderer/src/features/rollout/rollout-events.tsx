import type { ServiceEvent } from '../../../../shared/model/service.ts';
import { Age } from '../../ui/relative-time.tsx';
import styles from './rollout-events.module.css';
import { ROLLOUT_TEXT } from './rollout-text.ts';

/** The events of the service since the deployment started, newest first. */
export function RolloutEvents({ events }: { readonly events: readonly ServiceEvent[] }) {
  if (events.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
    <ol className={styles.events} aria-label={ROLLOUT_TEXT.events} tabIndex={0}>
      {events.map((event) => (
        <li key={event.id} className={styles.event}>
          <span className={styles.when}>
            <Age at={event.at} />
          </span>
          <span>{event.message}</span>
        </li>
      ))}
    </ol>
  );
}
