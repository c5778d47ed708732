import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import styles from './task-sets.module.css';
import { controllerLabel, TASK_SETS_TEXT } from './task-sets-text.ts';

interface TaskSetsProps {
  readonly service: ServiceRef;
  /** The deployment controller of the service: ECS, CODE_DEPLOY or EXTERNAL. */
  readonly controller: string;
}

const POLL_MS = 5_000;

/** The task sets of a service that ECS does not deploy itself. Nothing for one that it does. */
export function TaskSets({ service, controller }: TaskSetsProps) {
  return controller === 'ECS' ? null : <TaskSetTable service={service} controller={controller} />;
}

function TaskSetTable({ service, controller }: TaskSetsProps) {
  const sets = useEngineQuery('services.taskSets', service, { pollMs: POLL_MS });
  return (
    <Card title={TASK_SETS_TEXT.title} aside={controllerLabel(controller)}>
      {sets.error && <ErrorNotice error={sets.error} onRetry={() => void sets.refetch()} />}
      {sets.data === undefined && !sets.error && (
        <LoadingRows what={TASK_SETS_TEXT.loading} rows={2} height={30} />
      )}
      {sets.data?.length === 0 && <p className={styles.none}>{TASK_SETS_TEXT.none}</p>}
      {sets.data !== undefined && sets.data.length > 0 && (
        <table className={styles.table} aria-label={TASK_SETS_TEXT.title}>
          <thead>
            <tr>
              <th scope="col">{TASK_SETS_TEXT.status}</th>
              <th scope="col">{TASK_SETS_TEXT.revision}</th>
              <th scope="col">{TASK_SETS_TEXT.scale}</th>
              <th scope="col">{TASK_SETS_TEXT.tasks}</th>
              <th scope="col">{TASK_SETS_TEXT.stability}</th>
            </tr>
          </thead>
          <tbody>
            {sets.data.map((set) => (
              <tr key={set.id}>
                <td>{set.status}</td>
                <td>{set.revision}</td>
                <td>{TASK_SETS_TEXT.percent(set.scalePercent)}</td>
                <td>{TASK_SETS_TEXT.counts(set)}</td>
                <td>{set.stability}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
