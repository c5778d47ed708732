import type { CodeDeployTaskSet } from '../../../../shared/model/code-deploy.ts';
import styles from '../../ui/traffic-band.module.css';

/** How the traffic is shared between the old task set and the new one, as a band that shifts over. */
export function TrafficShares({ taskSets }: { readonly taskSets: readonly CodeDeployTaskSet[] }) {
  const summary = taskSets.map(({ revision, percent }) => `${revision} ${percent} %`).join(', ');
  return (
    <div className={styles.bands}>
      <div className={styles.row}>
        <span className={styles.label}>Traffic</span>
        <div className={styles.band} role="img" aria-label={`Traffic: ${summary}`}>
          {taskSets
            .filter(({ percent }) => percent > 0)
            .map(({ id, role, revision, percent }) => (
              <span key={id} className={`${styles.share} ${styles[role]}`} style={{ flexGrow: percent }}>
                {revision} · {percent} %
              </span>
            ))}
        </div>
      </div>
    </div>
  );
}
