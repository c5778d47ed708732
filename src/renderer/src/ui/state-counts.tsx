import { VisuallyHidden } from '@mantine/core';
import type { ServiceCounts } from '../../../shared/model/overview.ts';
import { Mark } from './mark.tsx';
import styles from './state-counts.module.css';

interface StateCountsProps {
  readonly counts: ServiceCounts;
}

const COUNTED = [
  { key: 'failing', kind: 'failed', word: 'failing' },
  { key: 'degraded', kind: 'warning', word: 'degraded' },
  { key: 'rolledBack', kind: 'rolled-back', word: 'rolled back' },
  { key: 'deploying', kind: 'progress', word: 'deploying' },
  { key: 'drifted', kind: 'drifted', word: 'drifted' },
] as const;

/** How many services need attention or deploy, each count with its shape; nothing where there are none. */
export function StateCounts({ counts }: StateCountsProps) {
  const shown = COUNTED.filter(({ key }) => counts[key] > 0);
  if (shown.length === 0) return null;
  return (
    <span className={styles.counts}>
      {shown.map(({ key, kind, word }) => (
        <span key={key} className={styles[kind]} title={`${counts[key]} ${word}`}>
          <Mark kind={kind} />
          {counts[key]}
          <VisuallyHidden> {word}</VisuallyHidden>
        </span>
      ))}
    </span>
  );
}
