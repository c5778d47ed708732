import { Link } from '@tanstack/react-router';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import { useTimeText } from '../../lib/clock.ts';
import { isOld, type ServiceList, serviceListFolding } from '../../lib/service-list.ts';
import { useFolded } from '../../lib/streams.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { stateKind, stateWord } from '../../ui/state-mark.tsx';
import { TaskCells } from '../../ui/task-cells.tsx';
import { DaemonsCard } from '../clusters/daemons-card.tsx';
import styles from './cluster-overview.module.css';
import { overviewOf, type StateCount } from './overview-of.ts';
import { OVERVIEW_TEXT, SERVICE_TEXT } from './service-text.ts';

/** Beside the list, while no service is open: what is wrong in the cluster and why, what deploys, what changed last. */
export function ClusterOverview({ cluster }: { readonly cluster: ClusterRef }) {
  // The list beside it reads the services; this shows the same answer.
  const list = useFolded('services.list', cluster, serviceListFolding);
  const rows = [...list.rows.values()];
  const old = useOldRows(list);
  const { counts, attention, deploying, recent } = overviewOf(rows);
  const unread = (list.names?.length ?? 0) - rows.length;
  return (
    <Page title={cluster.cluster} about={<Counts counts={counts} />}>
      {rows.length === 0 ? null : (
        <>
          <Card title={OVERVIEW_TEXT.attention}>
            {attention.length === 0 ? (
              <EmptyState title={unread > 0 ? OVERVIEW_TEXT.reading(unread) : OVERVIEW_TEXT.healthy(old)} />
            ) : (
              <ServiceTable label={OVERVIEW_TEXT.attention} cluster={cluster} rows={attention} />
            )}
          </Card>
          {deploying.length === 0 ? null : (
            <Card title={OVERVIEW_TEXT.deploying}>
              <ServiceTable label={OVERVIEW_TEXT.deploying} cluster={cluster} rows={deploying} />
            </Card>
          )}
          {recent.length === 0 ? null : (
            <Card title={OVERVIEW_TEXT.recent}>
              <ServiceTable label={OVERVIEW_TEXT.recent} cluster={cluster} rows={recent} />
            </Card>
          )}
        </>
      )}
      {attention.length > 0 && old > 0 ? <p className={styles.keys}>{OVERVIEW_TEXT.old(old)}</p> : null}
      <DaemonsCard cluster={cluster} />
      <p className={styles.keys}>{SERVICE_TEXT.noneChosenHelp}</p>
    </Page>
  );
}

/** How many rows were read so long ago that their state may have changed. */
function useOldRows({ kept }: ServiceList): number {
  return Number(
    useTimeText((now) => String([...kept.values()].filter((readAt) => isOld(readAt, now)).length)),
  );
}

function Counts({ counts }: { readonly counts: readonly StateCount[] }) {
  return (
    <ul className={styles.counts} aria-label={OVERVIEW_TEXT.states}>
      {counts.map(({ state, count }) => (
        <li key={state}>
          <Mark kind={stateKind(state)} /> <b>{count}</b> {stateWord(state)}
        </li>
      ))}
    </ul>
  );
}

interface ServiceTableProps {
  readonly label: string;
  readonly cluster: ClusterRef;
  readonly rows: readonly ServiceRow[];
}

function ServiceTable({ label, cluster, rows }: ServiceTableProps) {
  return (
    <ul className={styles.rows} aria-label={label}>
      {rows.map((row) => (
        <li key={row.name} className={styles.row}>
          <span className={styles.state}>
            <Mark kind={stateKind(row.state)} /> {stateWord(row.state)}
          </span>
          <span className={styles.service}>
            <Link
              to="/a/$account/$region/c/$cluster/s/$service"
              params={{ ...cluster, service: row.name }}
              className={styles.name}
            >
              {row.name}
            </Link>
            <TaskCells states={row.cells} />
            <span className={styles.version}>{row.imageVersion}</span>
          </span>
          <span className={styles.cause}>
            <span>{row.problem?.sentence ?? OVERVIEW_TEXT.tasks(row)}</span>
            {row.problem === undefined ? null : <span className={styles.next}>{row.problem.nextStep}</span>}
          </span>
          <span className={styles.when}>
            {row.changedAt === undefined ? null : <RelativeTime at={row.changedAt} />}
          </span>
        </li>
      ))}
    </ul>
  );
}
