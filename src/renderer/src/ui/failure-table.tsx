import type { FailureGroup } from '../../../shared/model/deployment.ts';
import { formatDuration } from '../lib/format.ts';
import styles from './failure-table.module.css';
import { RelativeTime } from './relative-time.tsx';
import { FAILURE_TEXT } from './ui-text.ts';

/** Tasks that stopped for the same reason, and what ECS reports itself, as the evidence under the sentence. */
export function FailureTable({ failures }: { readonly failures: readonly FailureGroup[] }) {
  if (failures.length === 0) return null;
  return (
    <table className={styles.table} aria-label={FAILURE_TEXT.title}>
      <thead>
        <tr>
          <th scope="col">{FAILURE_TEXT.cause}</th>
          <th scope="col" className={styles.number}>
            {FAILURE_TEXT.count}
          </th>
          <th scope="col">{FAILURE_TEXT.container}</th>
          <th scope="col" className={styles.number}>
            {FAILURE_TEXT.exitCode}
          </th>
          <th scope="col">{FAILURE_TEXT.ranFor}</th>
          <th scope="col">{FAILURE_TEXT.last}</th>
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
            <td>{group.container ?? (group.taskId === undefined ? '' : FAILURE_TEXT.task)}</td>
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
  return shortest === longest ? shortest : FAILURE_TEXT.from(shortest, longest);
}
