import type { CodeDeployEvent } from '../../../../shared/model/code-deploy.ts';
import { Duration, Elapsed } from '../../ui/duration.tsx';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import styles from './code-deploy-card.module.css';

const KINDS: ReadonlyMap<string, MarkKind> = new Map([
  ['InProgress', 'progress'],
  ['Succeeded', 'ok'],
  ['Failed', 'failed'],
]);

/** The lifecycle events of a deployment in their order, each with its state and how long it took. */
export function LifecycleEvents({ events }: { readonly events: readonly CodeDeployEvent[] }) {
  if (events.length === 0) return null;
  return (
    <ol className={styles.events} aria-label="Lifecycle events">
      {events.map((event) => (
        <li key={event.name}>
          <Mark kind={KINDS.get(event.status) ?? 'idle'} label={event.status} />
          <span>{event.name}</span>
          <span className={styles.time}>
            <Time event={event} />
          </span>
          {event.message !== undefined && <span className={styles.message}>{event.message}</span>}
        </li>
      ))}
    </ol>
  );
}

function Time({ event: { status, startedAt, endedAt } }: { readonly event: CodeDeployEvent }) {
  if (startedAt === undefined) return status === 'Pending' ? null : status.toLowerCase();
  if (endedAt === undefined) return <Elapsed since={startedAt} />;
  return <Duration ms={Date.parse(endedAt) - Date.parse(startedAt)} />;
}
