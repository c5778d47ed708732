import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type PointerEvent, type Ref, useRef } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import { useRowHeight } from '../../lib/appearance.ts';
import { useTimeText } from '../../lib/clock.ts';
import { formatAgo } from '../../lib/format.ts';
import { isOld, type ServiceList } from '../../lib/service-list.ts';
import { Mark } from '../../ui/mark.tsx';
import { Age } from '../../ui/relative-time.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { TaskCells } from '../../ui/task-cells.tsx';
import { VirtualList, type VirtualListHandle } from '../../ui/virtual-list.tsx';
import { overviewStateOf } from './overview-of.ts';
import styles from './service-list-pane.module.css';
import { OVERVIEW_TEXT, SERVICE_TEXT } from './service-text.ts';
import { useReadEarly } from './use-read-early.ts';
import { type ServiceRowsHandle, useServiceFocus } from './use-service-focus.ts';

const ROW_HEIGHT = 51;
const COMPACT_ROW_HEIGHT = 41;

interface ServiceRowsProps {
  readonly cluster: ClusterRef;
  readonly list: ServiceList;
  readonly names: readonly string[];
  /** Is told the names of the rows that are drawn. */
  readonly onDrawn: (names: readonly string[]) => void;
  readonly ref: Ref<ServiceRowsHandle>;
}

/** The services of a list. One of them takes the focus; arrows, j and k move it. */
export function ServiceRows({ cluster, list, names, onDrawn, ref }: ServiceRowsProps) {
  const rows = useRef<VirtualListHandle>(null);
  const { current, onFocus, onKeyDown } = useServiceFocus(cluster, names, rows, ref);
  const rowHeight = useRowHeight(ROW_HEIGHT, COMPACT_ROW_HEIGHT);
  const readEarly = useReadEarly();
  return (
    <VirtualList
      ref={rows}
      items={names}
      keyOf={(name) => name}
      rowHeight={rowHeight}
      scroller={{ className: styles.scroll, onKeyDown }}
      rowAttributes={() => ({})}
      onRange={(first, last) => onDrawn(names.slice(first, last + 1))}
    >
      {(name, index) => (
        <ServiceListRow
          cluster={cluster}
          name={name}
          row={list.rows.get(name)}
          stale={list.stale.get(name)}
          readAt={list.kept.get(name)}
          tabIndex={index === current ? 0 : -1}
          onFocus={() => onFocus(name)}
          onPress={(event) => readEarly(event, { ...cluster, service: name })}
        />
      )}
    </VirtualList>
  );
}

interface ServiceListRowProps {
  readonly cluster: ClusterRef;
  readonly name: string;
  /** Missing while only the name is known. */
  readonly row: ServiceRow | undefined;
  /** Why the row is older than the rest, if it is. */
  readonly stale: string | undefined;
  /** When the row was read, if that was in an earlier reading. */
  readonly readAt: string | undefined;
  readonly tabIndex: 0 | -1;
  readonly onFocus: () => void;
  readonly onPress: (event: PointerEvent) => void;
}

/** One service of the list: state, name, tasks, image version, what is wrong with it, and when it changed. */
function ServiceListRow({
  cluster,
  name,
  row,
  stale,
  readAt,
  tabIndex,
  onFocus,
  onPress,
}: ServiceListRowProps) {
  return (
    <Link
      to="/a/$account/$region/c/$cluster/s/$service"
      params={{ ...cluster, service: name }}
      className={styles.row}
      tabIndex={tabIndex}
      onFocus={onFocus}
      onPointerDown={onPress}
      data-service={name}
    >
      {row === undefined ? <span /> : <RowState row={row} />}
      <span className={styles.first}>
        <span className={styles.name} title={name}>
          {name}
        </span>
        {row === undefined ? null : (
          <span className={styles.cells}>
            <TaskCells states={row.cells} />
          </span>
        )}
      </span>
      <span className={styles.when}>
        <RowTime row={row} stale={stale} readAt={readAt} />
      </span>
      <span className={styles.imageVersion}>
        {row === undefined ? <Skeleton height={9} width={90} mt={4} /> : row.imageVersion}
        {row?.problem === undefined ? null : (
          <span className={styles.problem} title={row.problem.sentence}>
            {row.problem.sentence}
          </span>
        )}
      </span>
    </Link>
  );
}

/** The shape of a service's state, the same as in the overview. */
export function RowState({ row }: { readonly row: ServiceRow }) {
  if (overviewStateOf(row) !== 'drifted') return <StateMark state={row.state} />;
  return <Mark kind="drifted" label={OVERVIEW_TEXT.stateNames.drifted} />;
}

/** When the service changed; where the row is out of date, why or since when instead. */
export function RowTime({ row, stale, readAt }: Pick<ServiceListRowProps, 'row' | 'stale' | 'readAt'>) {
  const age = useTimeText((now) =>
    readAt !== undefined && isOld(readAt, now) ? SERVICE_TEXT.readAgo(formatAgo(readAt, now)) : '',
  );
  if (stale !== undefined) {
    return (
      <span className={styles.stale} title={stale}>
        <Mark kind="warning" label={`Out of date: ${stale}`} />
      </span>
    );
  }
  if (age !== '') return <span className={styles.old}>{age}</span>;
  return row?.changedAt === undefined ? null : <Age at={row.changedAt} />;
}
