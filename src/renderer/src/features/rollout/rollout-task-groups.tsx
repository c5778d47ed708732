import type { RolloutTaskGroup } from '../../../../shared/model/deployment.ts';
import { BigTaskCells } from '../../ui/task-cells.tsx';
import styles from './rollout-task-groups.module.css';

/** The revision that goes and the one that comes, each as a row of task cells. */
export function RolloutTaskGroups({ taskGroups }: { readonly taskGroups: readonly RolloutTaskGroup[] }) {
  return (
    <div className={styles.lanes}>
      {taskGroups.map((taskGroup) => (
        <section
          key={`${taskGroup.role} ${taskGroup.revision}`}
          className={styles.lane}
          aria-label={`${taskGroup.role === 'new' ? 'New' : 'Old'} revision ${taskGroup.revision}`}
        >
          <span className={styles.revision}>{taskGroup.revision}</span>
          <BigTaskCells cells={taskGroup.cells} role={taskGroup.role} />
          <span className={styles.summary}>{taskGroup.summary}</span>
        </section>
      ))}
    </div>
  );
}
