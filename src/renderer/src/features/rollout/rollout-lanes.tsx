import type { RolloutLane } from '../../../../shared/model/deployment.ts';
import { BigTaskCells } from '../../ui/task-cells.tsx';
import styles from './rollout-lanes.module.css';

/** The revision that goes and the one that comes, each as a row of task cells. */
export function RolloutLanes({ lanes }: { readonly lanes: readonly RolloutLane[] }) {
  return (
    <div className={styles.lanes}>
      {lanes.map((lane) => (
        <section
          key={`${lane.role} ${lane.revision}`}
          className={styles.lane}
          aria-label={`${lane.role === 'new' ? 'New' : 'Old'} revision ${lane.revision}`}
        >
          <span className={styles.revision}>{lane.revision}</span>
          <BigTaskCells cells={lane.cells} role={lane.role} />
          <span className={styles.summary}>{lane.summary}</span>
        </section>
      ))}
    </div>
  );
}
