import type { ReactNode } from 'react';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { FailureTable } from './failure-table.tsx';
import { RolloutEvents } from './rollout-events.tsx';
import { RolloutFacts } from './rollout-facts.tsx';
import { RolloutLanes } from './rollout-lanes.tsx';
import styles from './rollout-picture.module.css';

interface RolloutPictureProps {
  readonly rollout: Rollout;
  /** What can be done about it, at the foot of the facts. */
  readonly action: ReactNode;
}

/** A deployment at one moment: the sentence, the task cells moving over, the facts, and the evidence. */
export function RolloutPicture({ rollout, action }: RolloutPictureProps) {
  const { deployment, sentence, lanes, failures, events } = rollout;
  return (
    <div className={styles.rollout}>
      <div className={styles.say} data-outcome={deployment.outcome} role="status">
        <OutcomeBadge outcome={deployment.outcome} status={deployment.status} />
        <span>
          {sentence}
          {deployment.outcome !== 'succeeded' && deployment.statusReason !== undefined && (
            <small className={styles.reason}>ECS says: {deployment.statusReason}</small>
          )}
        </span>
      </div>
      <div className={styles.picture}>
        <RolloutLanes lanes={lanes} />
        <div className={styles.side}>
          <RolloutFacts rollout={rollout} />
          {action}
        </div>
      </div>
      <FailureTable failures={failures} />
      <RolloutEvents events={events} />
    </div>
  );
}
