import { Skeleton } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import { usePlace } from '../../lib/place.ts';
import type { ServiceList } from '../../lib/service-list.ts';
import { Mark } from '../../ui/mark.tsx';
import { Age } from '../../ui/relative-time.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { TaskCells } from '../../ui/task-cells.tsx';
import styles from './service-list-pane.module.css';

const ROW_PX = 51;

export interface ServiceRowsHandle {
  /** Moves the focus by so many rows, from the focused or else the open service. */
  move(by: number): void;
  focusFirst(): void;
  openFirst(): void;
}

interface VirtualServiceRowsProps {
  readonly cluster: ClusterRef;
  readonly list: ServiceList;
  readonly names: readonly string[];
  readonly ref: Ref<ServiceRowsHandle>;
}

/** The rows that are in sight, however many there are. One of them takes the focus; arrows, j and k move it. */
export function VirtualServiceRows({ cluster, list, names, ref }: VirtualServiceRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const open = usePlace().service?.service;
  const [focused, setFocused] = useState<string>();
  const current = Math.max(0, names.indexOf(focused ?? open ?? ''));
  // oxlint-disable-next-line react/incompatible-library -- only the React compiler minds, and it is not used
  const rows = useVirtualizer({
    count: names.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => names[index] ?? index,
    overscan: 8,
    initialRect: { width: 326, height: 800 },
  });

  // A row that is out of sight is drawn only after the list has scrolled to it, and takes the focus then.
  const wanted = useRef<string>(undefined);
  const focusWanted = (): void => {
    if (wanted.current === undefined) return;
    const row = scroller.current?.querySelector<HTMLElement>(
      `[data-service="${CSS.escape(wanted.current)}"]`,
    );
    if (!row) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
  };
  useEffect(focusWanted);

  const focusRow = (index: number): void => {
    const target = Math.min(names.length - 1, Math.max(0, index));
    const name = names[target];
    if (name === undefined) return;
    wanted.current = name;
    setFocused(name);
    rows.scrollToIndex(target);
    focusWanted();
  };
  useImperativeHandle(ref, () => ({
    move: (by) => focusRow(focused === undefined && open === undefined ? 0 : current + by),
    focusFirst: () => focusRow(0),
    openFirst: () => {
      const [service] = names;
      if (service !== undefined) {
        void navigate({ to: '/a/$account/$region/c/$cluster/s/$service', params: { ...cluster, service } });
      }
    },
  }));

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: names.length - 1 }[
      event.key
    ];
    if (target === undefined) return;
    event.preventDefault();
    focusRow(target);
  };
  return (
    <div className={styles.scroll} ref={scroller}>
      <ul className={styles.rows} style={{ height: rows.getTotalSize() }} onKeyDown={onKeyDown}>
        {rows.getVirtualItems().map((item) => {
          const name = names[item.index] ?? '';
          return (
            <li key={item.key} className={styles.place} style={{ transform: `translateY(${item.start}px)` }}>
              <ServiceListRow
                cluster={cluster}
                name={name}
                row={list.rows.get(name)}
                stale={list.stale.get(name)}
                tabIndex={item.index === current ? 0 : -1}
                onFocus={() => setFocused(name)}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface ServiceListRowProps {
  readonly cluster: ClusterRef;
  readonly name: string;
  /** Missing while only the name is known. */
  readonly row: ServiceRow | undefined;
  /** Why the row is older than the rest, if it is. */
  readonly stale: string | undefined;
  readonly tabIndex: 0 | -1;
  readonly onFocus: () => void;
}

/** One service of the list: state, name, tasks, image version, and when it changed. */
function ServiceListRow({ cluster, name, row, stale, tabIndex, onFocus }: ServiceListRowProps) {
  return (
    <Link
      to="/a/$account/$region/c/$cluster/s/$service"
      params={{ ...cluster, service: name }}
      className={styles.row}
      tabIndex={tabIndex}
      onFocus={onFocus}
      data-service={name}
    >
      {row === undefined ? <span /> : <StateMark state={row.state} />}
      <span className={styles.first}>
        <span className={styles.name}>{name}</span>
        {row === undefined ? null : <TaskCells states={row.cells} />}
      </span>
      <span className={styles.when}>
        <When row={row} stale={stale} />
      </span>
      <span className={styles.imageVersion}>
        {row === undefined ? <Skeleton height={9} width={90} mt={4} /> : row.imageVersion}
      </span>
    </Link>
  );
}

function When({ row, stale }: { readonly row: ServiceRow | undefined; readonly stale: string | undefined }) {
  if (stale !== undefined) {
    return (
      <span className={styles.stale} title={stale}>
        <Mark kind="warning" label={`Out of date: ${stale}`} />
      </span>
    );
  }
  return row?.changedAt === undefined ? null : <Age at={row.changedAt} />;
}
