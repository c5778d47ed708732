import { useDebouncedValue } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import type { ListedRevision } from './family-names.ts';
import styles from './timeline-list.module.css';
import { type RevisionUse, ROW_HEIGHT, TimelineRow } from './timeline-row.tsx';
import { useRevisionRows } from './use-revision-rows.ts';

/** A person who scrolls past rows does not wait for them. */
const REST_MS = 80;

interface TimelineListProps {
  readonly scope: Scope;
  readonly service: ServiceRef | undefined;
  readonly shown: readonly ListedRevision[];
  /** The whole list, also what a search hides: the revision before is looked up there. */
  readonly all: readonly ListedRevision[];
  readonly isWhole: boolean;
  readonly usedBy: (arn: string) => RevisionUse | undefined;
  readonly chosen: readonly string[];
  readonly onToggle: (name: string) => void;
  readonly onCompare: (before: string, after: string) => void;
  readonly onEdit: (name: string) => void;
}

/** The revisions of a list. Only the rows in sight are drawn and read: a family may have thousands. */
export function TimelineList(props: TimelineListProps) {
  const { scope, service, shown, all, isWhole, usedBy, chosen, onToggle, onCompare, onEdit } = props;
  const scroll = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the React Compiler is not in use here
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    getItemKey: (index) => shown[index]?.arn ?? index,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    initialRect: { width: 900, height: 600 },
  });
  const items = virtual.getVirtualItems();
  const range = `${items[0]?.index ?? 0} ${items.at(-1)?.index ?? 0}`;
  const [rested] = useDebouncedValue(range, REST_MS, { leading: true });
  const [from = 0, to = 0] = rested.split(' ').map(Number);
  const rows = useRevisionRows({
    scope,
    service,
    revisions: all,
    isWhole,
    inSight: shown.slice(from, to + 1),
  });
  const serviceLabel = useMemo(() => new Map(all.map(({ arn }, place) => [arn, place])), [all]);

  if (shown.length === 0) return <EmptyState title="No matching revisions" />;
  return (
    <>
      {rows.error && <ErrorNotice error={rows.error} onRetry={rows.retry} />}
      <div ref={scroll} className={styles.scroll}>
        <ol className={styles.rows} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const revision = shown[item.index];
            if (!revision) return null;
            return (
              <TimelineRow
                key={item.key}
                revision={revision}
                entry={rows.byArn.get(revision.arn)}
                previous={all[(serviceLabel.get(revision.arn) ?? all.length) + 1]?.name}
                use={usedBy(revision.arn)}
                chosen={chosen.includes(revision.name)}
                top={item.start}
                position={item.index + 1}
                of={shown.length}
                onToggle={onToggle}
                onCompare={onCompare}
                onEdit={onEdit}
              />
            );
          })}
        </ol>
      </div>
    </>
  );
}
