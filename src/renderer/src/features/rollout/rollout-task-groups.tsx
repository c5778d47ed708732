import type { RolloutTaskGroup } from '../../../../shared/model/deployment.ts';
import { BigTaskCells } from '../../ui/task-cells.tsx';
import styles from './rollout-task-groups.module.css';
import { ROLLOUT_TEXT } from './rollout-text.ts';

/** The old and the new revision, each as a row of task cells. */
export function RolloutTaskGroups({ taskGroups }: { readonly taskGroups: readonly RolloutTaskGroup[] }) {
  return (
    <div className={styles.lanes}>
      {taskGroups.map((taskGroup) => (
        <section
          key={`${taskGroup.role} ${taskGroup.revision}`}
          className={styles.lane}
          aria-label={
            taskGroup.role === 'new'
              ? ROLLOUT_TEXT.newRevision(taskGroup.revision)
              : ROLLOUT_TEXT.oldRevision(taskGroup.revision)
          }
        >
          <span className={styles.revision}>{taskGroup.revision}</span>
          <BigTaskCells cells={taskGroup.cells} role={taskGroup.role} />
          <span className={styles.summary}>{taskGroup.summary}</span>
        </section>
      ))}
    </div>
  );
}
