import type { CodeDeployTaskSet } from '../../../../shared/model/code-deploy.ts';
import styles from '../../ui/traffic-band.module.css';
import { CODE_DEPLOY_TEXT } from './code-deploy-text.ts';

/** How the traffic is shared between the old task set and the new one, as a band. */
export function TrafficShares({ taskSets }: { readonly taskSets: readonly CodeDeployTaskSet[] }) {
  const summary = taskSets.map(({ revision, percent }) => `${revision} ${percent} %`);
  return (
    <div className={styles.bands}>
      <div className={styles.row}>
        <span className={styles.label}>{CODE_DEPLOY_TEXT.traffic}</span>
        <div className={styles.band} role="img" aria-label={CODE_DEPLOY_TEXT.trafficOf(summary)}>
          {taskSets
            .filter(({ percent }) => percent > 0)
            .map((set) => (
              <span
                key={set.id}
                className={`${styles.share} ${styles[set.role]}`}
                style={{ flexGrow: set.percent }}
              >
                {CODE_DEPLOY_TEXT.share(set)}
              </span>
            ))}
        </div>
      </div>
    </div>
  );
}
