import { type Ref, useMemo } from 'react';
import type { TimeZone } from '../../lib/format.ts';
import type { Highlighter } from './line-content.ts';
import { copyEntries, copyLinkTo } from './log-export.ts';
import type { LogFilter } from './log-filter.ts';
import { LogList, type LogListHandle } from './log-list.tsx';
import { isEntry, type LogRow } from './log-marks.ts';
import { LineActions, type LineLook, LineRow, MarkRow } from './log-row.tsx';
import type { LogEntry } from './log-store.ts';
import styles from './logs.module.css';
import { LOGS_TEXT } from './logs-text.ts';
import { isAmong, type Rows } from './use-rows.ts';

interface LogRowsProps {
  readonly rows: Rows;
  readonly newest: string;
  /** The old revisions, if they stand beside the newest one. */
  readonly besides: readonly string[];
  readonly hasDates: boolean;
  readonly hasContainers: boolean;
  readonly highlight: Highlighter | undefined;
  readonly zone: TimeZone;
  readonly wrap: boolean;
  readonly filter: LogFilter;
  readonly onFilter: (filter: LogFilter) => void;
  readonly onFollow: () => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly list: Ref<LogListHandle>;
}

/** The lines and the marks between them; the line that is chosen has its actions. */
export function LogRows(props: LogRowsProps) {
  const { rows, newest, besides, hasDates, hasContainers, highlight, zone, wrap } = props;
  const { filter, onFilter, onFollow, onMove, list } = props;
  const { paused, chosen } = rows;
  const look = useMemo(
    (): LineLook => ({ newest, zone, hasDates, hasContainers, highlight }),
    [newest, zone, hasDates, hasContainers, highlight],
  );
  const actionsOf = (entry: LogEntry) => (
    <LineActions
      taskId={entry.line.taskId}
      onCopy={() => copyEntries(rows.chosenEntries())}
      onCopyLink={() => copyLinkTo(entry, filter)}
      onOnlyTask={() => onFilter({ ...filter, tasks: { kind: 'only', names: [entry.line.taskId] } })}
    />
  );
  const renderRow = (row: LogRow) =>
    isEntry(row) ? (
      <LineRow
        entry={row}
        look={look}
        isOpen={rows.opened.has(row.key)}
        onToggle={rows.toggleOpen}
        actions={row === chosen?.last ? actionsOf(row) : null}
      />
    ) : (
      <MarkRow mark={row} zone={zone} />
    );
  const rowAttributes = (row: LogRow) => {
    if (!isEntry(row)) return { 'data-time': row.time };
    return {
      'data-time': row.time,
      'data-level': row.line.level,
      'data-earlier': row.line.revision !== newest,
      'data-chosen': chosen !== undefined && isAmong(row, chosen),
      onClick: ({ shiftKey }: { readonly shiftKey: boolean }) =>
        shiftKey ? rows.chooseUpTo(row) : rows.choose(row),
    };
  };
  return (
    <>
      {besides.length === 0 ? null : (
        <div className={styles.sides}>
          <b>{besides.join(', ')}</b>
          <b>{newest}</b>
        </div>
      )}
      <LogList
        ref={list}
        {...{ wrap, renderRow, rowAttributes, onFollow, onMove }}
        rows={rows.rows}
        heightBefore={rows.heightBefore}
        snapshot={paused?.snapshot ?? 0}
        isFollowing={paused === undefined}
        moment={paused?.moment}
        label={LOGS_TEXT.title}
        onPause={rows.pause}
      />
    </>
  );
}
