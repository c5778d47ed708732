import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { TimelineEntry } from '../../../../shared/model/revision.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from './timeline-list.module.css';
import { entryHeight, TimelineRow } from './timeline-row.tsx';
import { previousOf } from './timeline-state.ts';

interface TimelineListProps {
  readonly entries: readonly TimelineEntry[];
  /** The whole timeline, also what a search hides: the revision before is looked up there. */
  readonly all: readonly TimelineEntry[];
  readonly chosen: readonly string[];
  readonly onToggle: (name: string) => void;
  readonly onCompare: (before: string, after: string) => void;
}

/** The entries of a timeline. Only the rows in sight are drawn: a family may have thousands. */
export function TimelineList({ entries, all, chosen, onToggle, onCompare }: TimelineListProps) {
  const scroll = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the React Compiler is not in use here
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroll.current,
    getItemKey: (index) => entries[index]?.revision.arn ?? index,
    estimateSize: (index) => {
      const entry = entries[index];
      return entry ? entryHeight(entry) : 0;
    },
    overscan: 10,
  });

  if (entries.length === 0) return <EmptyState title="No revision matches." />;
  return (
    <div ref={scroll} className={styles.scroll}>
      <ol className={styles.rows} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const entry = entries[row.index];
          if (!entry) return null;
          return (
            <TimelineRow
              key={row.key}
              entry={entry}
              previous={previousOf(all, entry)?.revision.name}
              chosen={chosen.includes(entry.revision.name)}
              place={{ top: row.start, position: row.index + 1, of: entries.length }}
              onToggle={onToggle}
              onCompare={onCompare}
            />
          );
        })}
      </ol>
    </div>
  );
}
