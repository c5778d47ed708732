import type { FailureGroup } from '../../../shared/model/deployment.ts';
import { formatDuration } from '../lib/format.ts';
import styles from './failure-table.module.css';
import { RelativeTime } from './relative-time.tsx';

/** Stopped tasks that went the same way, as the evidence under the sentence. */
export function FailureTable({ failures }: { readonly failures: readonly FailureGroup[] }) {
  if (failures.length === 0) return null;
  return (
    <table className={styles.table} aria-label="Stopped tasks by cause">
      <thead>
        <tr>
          <th scope="col">Cause</th>
          <th scope="col" className={styles.number}>
            Count
          </th>
          <th scope="col">Container</th>
          <th scope="col" className={styles.number}>
            Exit
          </th>
          <th scope="col">Ran for</th>
          <th scope="col">Last</th>
        </tr>
      </thead>
      <tbody>
        {failures.map((group) => (
          <tr key={JSON.stringify([group.container, group.cause, group.exitCode])}>
            <td>
              {group.cause}
              {group.reason !== undefined && group.kind !== 'crashed' && (
                <small className={styles.reason}>{group.reason}</small>
              )}
            </td>
            <td className={styles.number}>{group.times}</td>
            <td>{group.container ?? 'task'}</td>
            <td className={styles.number}>{group.exitCode ?? ''}</td>
            <td className={styles.when}>{group.livedMs !== undefined && livedLabel(group.livedMs)}</td>
            <td className={styles.when}>
              {group.lastAt !== undefined && <RelativeTime at={group.lastAt} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `38 s to 52 s`, or one of them when they are the same. */
function livedLabel({ least, most }: NonNullable<FailureGroup['livedMs']>): string {
  const [shortest, longest] = [formatDuration(least), formatDuration(most)];
  return shortest === longest ? shortest : `${shortest} to ${longest}`;
}
