import type { Rollout } from '../../../../shared/model/deployment.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './rollout-title.module.css';

/** Which deployment it is: of what, since when, by whom and why. */
export function RolloutTitle({ rollout }: { readonly rollout: Rollout }) {
  const { revision, startedAt, createdAt, callerIdentity, why } = rollout.deployment;
  const since = startedAt ?? createdAt;
  return (
    <>
      Deployment{revision !== undefined && ` of ${revision}`}
      {since !== undefined && (
        <>
          {' · started '}
          <RelativeTime at={since} />
        </>
      )}
      {callerIdentity !== undefined && ` by ${callerIdentity}`}
      {why !== undefined && <span className={styles.why}>“{why}”</span>}
    </>
  );
}
