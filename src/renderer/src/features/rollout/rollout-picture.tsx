import type { ReactNode } from 'react';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { FailureTable } from '../../ui/failure-table.tsx';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { DiagnosisEvidence, DiagnosisLead } from '../diagnosis/diagnosis-view.tsx';
import { RolloutEvents } from './rollout-events.tsx';
import { RolloutFacts } from './rollout-facts.tsx';
import styles from './rollout-picture.module.css';
import { RolloutTaskGroups } from './rollout-task-groups.tsx';
import { ROLLOUT_TEXT } from './rollout-text.ts';
import { TrafficBand } from './traffic-band.tsx';

interface RolloutPictureProps {
  readonly service: ServiceRef;
  readonly rollout: Rollout;
  /** What waits for an answer, under the sentence. */
  readonly waiting?: ReactNode;
  /** What the logs say of both revisions, under their tasks. */
  readonly errors?: ReactNode;
  /** What to do about a failure, beside its advice. */
  readonly steps?: ReactNode;
  /** What can be done about it, at the foot of the facts. */
  readonly action: ReactNode;
}

/** ECS has forgotten the tasks of an old deployment. */
function isPast({ deployment, taskGroups }: Rollout): boolean {
  return deployment.outcome !== 'in-progress' && taskGroups.every(({ cells }) => cells.length === 0);
}

/** The status reason of ECS, where it says more than the sentence and not the opposite of the state. */
function furtherReason({ deployment, sentence }: Rollout): string | undefined {
  const { outcome, status, statusReason } = deployment;
  const isForward = outcome === 'in-progress' && !status.startsWith('ROLLBACK');
  if (statusReason === undefined || outcome === 'succeeded' || isForward) return undefined;
  return sentence.includes(statusReason.replace(/\.$/, '')) ? undefined : statusReason;
}

/** The state or the result of a deployment in a sentence. */
export function RolloutSentence({ rollout }: { readonly rollout: Rollout }) {
  const { deployment, sentence, diagnosis, notUpToDate } = rollout;
  const reason = furtherReason(rollout);
  return (
    <div
      className={styles.say}
      data-outcome={deployment.outcome}
      data-failing={diagnosis === undefined ? undefined : true}
      role="status"
    >
      <OutcomeBadge outcome={deployment.outcome} status={deployment.status} />
      <span>
        {sentence}
        {reason !== undefined && <small className={styles.reason}>{ROLLOUT_TEXT.statusReason(reason)}</small>}
        {notUpToDate !== undefined && (
          // Where AWS cannot be reached, the window says why, once.
          <small className={styles.reason}>
            {notUpToDate.isUnreachable
              ? ROLLOUT_TEXT.notUpToDate
              : ROLLOUT_TEXT.notUpToDateBecause(notUpToDate.reason)}
          </small>
        )}
      </span>
    </div>
  );
}

/** A deployment at one moment: the sentence, the task cells, the facts, and the evidence. */
export function RolloutPicture({ service, rollout, waiting, errors, steps, action }: RolloutPictureProps) {
  const { taskGroups, failures, events, traffic, diagnosis } = rollout;
  return (
    <div className={styles.rollout}>
      <RolloutSentence rollout={rollout} />
      {waiting}
      {diagnosis !== undefined && <DiagnosisLead service={service} diagnosis={diagnosis} steps={steps} />}
      {traffic !== undefined && <TrafficBand traffic={traffic} />}
      <div className={styles.picture}>
        {isPast(rollout) ? (
          <p className={styles.past}>{ROLLOUT_TEXT.allStopped}</p>
        ) : (
          <RolloutTaskGroups taskGroups={taskGroups} />
        )}
        <div className={styles.side}>
          <RolloutFacts rollout={rollout} />
          <div className={styles.action}>{action}</div>
        </div>
      </div>
      {errors}
      {diagnosis === undefined ? (
        <FailureTable failures={failures} />
      ) : (
        <DiagnosisEvidence diagnosis={diagnosis} />
      )}
      <RolloutEvents events={events} />
    </div>
  );
}
