import type { Rollout } from '../../../../shared/model/deployment.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { cardTitle, ROLLOUT_TEXT } from './rollout-text.ts';
import styles from './rollout-title.module.css';

/** What was deployed, when, by whom and why. */
export function RolloutTitle({ rollout }: { readonly rollout: Rollout }) {
  const { startedAt, createdAt, callerIdentity, why } = rollout.deployment;
  const since = startedAt ?? createdAt;
  return (
    <>
      {cardTitle(rollout.deployment)}
      {since !== undefined && (
        <>
          {` · ${ROLLOUT_TEXT.started} `}
          <RelativeTime at={since} />
        </>
      )}
      {callerIdentity !== undefined && ` ${ROLLOUT_TEXT.by(callerIdentity)}`}
      {why !== undefined && <span className={styles.why}>{ROLLOUT_TEXT.why(why)}</span>}
    </>
  );
}
