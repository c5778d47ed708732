import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import { Mark } from '../../ui/mark.tsx';
import { Age } from '../../ui/relative-time.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { TaskCells } from '../../ui/task-cells.tsx';
import styles from './service-list-pane.module.css';

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
export function ServiceListRow({ cluster, name, row, stale, tabIndex, onFocus }: ServiceListRowProps) {
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
