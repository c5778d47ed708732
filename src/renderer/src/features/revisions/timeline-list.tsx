import { useDebouncedValue } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import type { ListedRevision } from './family-names.ts';
import { REVISIONS_TEXT } from './revisions-text.ts';
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
  /** Why the last release of a revision failed, by its name. */
  readonly failed: ReadonlyMap<string, string>;
  readonly chosen: readonly string[];
  readonly onToggle: (name: string) => void;
  readonly onCompare: (before: string, after: string) => void;
  readonly onEdit: (name: string) => void;
  readonly onRun: ((name: string) => void) | undefined;
}

/** The revisions of a list. Only the rows in sight are drawn and read: a family may have thousands. */
export function TimelineList(props: TimelineListProps) {
  const { scope, service, shown, all, isWhole, usedBy, failed, chosen, onToggle, onCompare, onEdit, onRun } =
    props;
  const [range, setRange] = useState('');
  const onRange = useCallback((first: number, last: number) => setRange(`${first} ${last}`), []);
  const [rested] = useDebouncedValue(range, REST_MS, { leading: true });
  const [first, last] = rested.split(' ').map(Number);
  const rows = useRevisionRows({
    scope,
    service,
    revisions: all,
    isWhole,
    // Nothing is read before the list says what it draws.
    inSight: last === undefined ? [] : shown.slice(first, last + 1),
  });
  const places = useMemo(() => new Map(all.map(({ arn }, place) => [arn, place])), [all]);

  if (shown.length === 0) return <EmptyState title={REVISIONS_TEXT.noMatch} />;
  return (
    <>
      {rows.error && <ErrorNotice error={rows.error} onRetry={rows.retry} />}
      <div className={styles.list}>
        <div className={`${styles.row} ${styles.head}`} aria-hidden>
          <span />
          <span>{REVISIONS_TEXT.columns.revision}</span>
          <span>{REVISIONS_TEXT.columns.image}</span>
          <span className={styles.text}>{REVISIONS_TEXT.columns.changes}</span>
          <span>{REVISIONS_TEXT.columns.registered}</span>
        </div>
        <VirtualList
          items={shown}
          keyOf={({ arn }) => arn}
          rowHeight={ROW_HEIGHT}
          scroller={{ className: styles.scroll }}
          rowAttributes={({ arn, name }) => ({
            className: styles.row,
            'aria-busy': !rows.byArn.has(arn),
            'data-chosen': chosen.includes(name),
          })}
          onRange={onRange}
        >
          {(revision) => (
            <TimelineRow
              revision={revision}
              entry={rows.byArn.get(revision.arn)}
              previous={all[(places.get(revision.arn) ?? all.length) + 1]?.name}
              use={usedBy(revision.arn)}
              failure={failed.get(revision.name)}
              chosen={chosen.includes(revision.name)}
              onToggle={onToggle}
              onCompare={onCompare}
              onEdit={onEdit}
              onRun={onRun}
            />
          )}
        </VirtualList>
      </div>
    </>
  );
}
