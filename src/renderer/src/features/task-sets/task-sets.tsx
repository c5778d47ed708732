import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import styles from './task-sets.module.css';

interface TaskSetsProps {
  readonly service: ServiceRef;
  /** The deployment controller of the service: ECS, CODE_DEPLOY or EXTERNAL. */
  readonly controller: string;
}

const POLL_MS = 5_000;

/** The task sets of a service whose deployments others make, and who that is. Nothing for one of ECS's own. */
export function TaskSets({ service, controller }: TaskSetsProps) {
  return controller === 'ECS' ? null : <TaskSetTable service={service} controller={controller} />;
}

function TaskSetTable({ service, controller }: TaskSetsProps) {
  const sets = useEngineQuery('services.taskSets', service, { pollMs: POLL_MS });
  return (
    <Card title="Task sets" aside={whoDeploys(controller)}>
      {sets.error && <ErrorNotice error={sets.error} onRetry={() => void sets.refetch()} />}
      {sets.data === undefined && !sets.error && <LoadingRows what="the task sets" rows={2} height={30} />}
      {sets.data?.length === 0 && <p className={styles.none}>No task sets</p>}
      {sets.data !== undefined && sets.data.length > 0 && (
        <table className={styles.table} aria-label="Task sets">
          <thead>
            <tr>
              <th scope="col">Status</th>
              <th scope="col">Revision</th>
              <th scope="col">Scale</th>
              <th scope="col">Tasks</th>
              <th scope="col">Stability</th>
            </tr>
          </thead>
          <tbody>
            {sets.data.map((set) => (
              <tr key={set.id}>
                <td>{set.status}</td>
                <td>{set.revision}</td>
                <td>{set.scalePercent} %</td>
                <td>
                  {set.running} of {set.desired} running
                  {set.pending > 0 && `, ${set.pending} pending`}
                </td>
                <td>{set.stability}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

/** How a service of this controller is deployed. */
function whoDeploys(controller: string): string {
  if (controller === 'CODE_DEPLOY')
    return 'CodeDeploy deploys this service. Start a deployment in CodeDeploy with an AppSpec.';
  if (controller === 'EXTERNAL')
    return 'This service is released with task sets. Slipway or another tool changes the primary task set.';
  return `Deployment controller: ${controller}`;
}
