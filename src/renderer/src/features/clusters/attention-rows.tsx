import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ClusterOverview } from '../../../../shared/model/overview.ts';
import { isDrifted, type ServiceRow } from '../../../../shared/model/service.ts';
import { Mark } from '../../ui/mark.tsx';
import { stateKind, stateWord } from '../../ui/state-mark.tsx';
import styles from './attention-rows.module.css';
import { CLUSTER_TEXT } from './cluster-text.ts';

interface AttentionRowsProps {
  readonly scope: Scope;
  readonly cluster: ClusterOverview;
}

/** The services of a cluster that need somebody or deploy, each with its cause, or how many more the cluster has. */
export function AttentionRows({ scope, cluster }: AttentionRowsProps) {
  if (cluster.rows.length === 0) return null;
  return (
    <ul className={styles.rows} aria-label={`${CLUSTER_TEXT.attention}: ${cluster.name}`}>
      {cluster.rows.map((row) => (
        <li key={row.name} className={styles.row}>
          <span className={styles.state}>
            <State row={row} />
          </span>
          <Link
            to="/a/$account/$region/c/$cluster/s/$service"
            params={{ ...scope, cluster: cluster.name, service: row.name }}
            className={styles.name}
            title={row.name}
          >
            {row.name}
          </Link>
          <span className={styles.cause}>{causeOf(row)}</span>
        </li>
      ))}
    </ul>
  );
}

function causeOf(row: ServiceRow): string {
  const { state, problem, failedCause, failedBecause, progress, running, desired } = row;
  if (problem !== undefined) return problem.sentence;
  const failure = failedCause ?? failedBecause;
  if (state === 'rolled-back' && failure !== undefined) return failure;
  if (progress !== undefined) return `${progress.done} of ${progress.total} updated`;
  return `${running} of ${desired} running`;
}

function State({ row }: { readonly row: ServiceRow }) {
  const hasDrifted = isDrifted(row);
  return (
    <>
      <Mark kind={hasDrifted ? 'drifted' : stateKind(row.state)} />
      {hasDrifted ? 'Drifted' : stateWord(row.state)}
    </>
  );
}
