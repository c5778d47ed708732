import { assertNever } from '../../../../shared/assert-never.ts';
import type { CleanupProgress } from '../../../../shared/model/cleanup.ts';
import { Mark } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import styles from './cleanup-progress.module.css';

interface CleanupProgressViewProps {
  readonly progress: CleanupProgress;
  readonly state: 'running' | 'stopped' | 'done';
}

/** How far a clean-up is: what is deregistered, deleted, spared and failed. */
export function CleanupProgressView({ progress, state }: CleanupProgressViewProps) {
  const { deregistered, spared, failed, total, current } = progress;
  const handled = deregistered + spared.length + failed.length;
  return (
    <section className={styles.progress} aria-label="Clean-up">
      <div className={styles.head} role="status">
        {state === 'done' && failed.length === 0 && <Mark kind="ok" />}
        <b>{stateWords(state, progress)}</b>
        <span className={styles.counts}>{progressWords(progress)}</span>
      </div>
      <progress className={styles.bar} max={Math.max(total, 1)} value={handled} aria-label="Handled" />
      {state === 'running' && current !== undefined && (
        <p className={styles.counts}>
          Now <Mono>{current}</Mono>
        </p>
      )}
      {spared.length > 0 && (
        <p>
          Came into use since the preview, and stayed: <Mono>{spared.join(', ')}</Mono>
        </p>
      )}
      {failed.length > 0 && (
        <ul className={styles.failed}>
          {failed.map(({ name, message }) => (
            <li key={name}>
              <Mark kind="failed" label="Failed" /> <Mono>{name}</Mono> {message}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function stateWords(state: CleanupProgressViewProps['state'], { failed }: CleanupProgress): string {
  switch (state) {
    case 'running':
      return 'Cleaning up';
    case 'stopped':
      return 'Stopped';
    case 'done':
      return failed.length === 0 ? 'Done' : 'Done, but not with all of them';
    default:
      return assertNever(state);
  }
}

/** `12 of 30 deregistered, 10 deleted, 1 spared, 1 failed`. */
function progressWords({ deregistered, deleted, spared, failed, total }: CleanupProgress): string {
  const parts = [`${deregistered} of ${total} deregistered`];
  if (deleted > 0) parts.push(`${deleted} deleted`);
  if (spared.length > 0) parts.push(`${spared.length} spared`);
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  return parts.join(', ');
}
