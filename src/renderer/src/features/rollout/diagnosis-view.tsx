import type { Diagnosis } from '../../../../shared/model/deployment.ts';
import styles from './diagnosis-view.module.css';
import { EpisodeStrip } from './episode-strip.tsx';
import { FailureTable } from './failure-table.tsx';
import { LastLinesView } from './last-lines.tsx';
import { RolloutSection } from './rollout-section.tsx';

/** The evidence under the sentence of a failure, and what would help. */
export function DiagnosisView({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const { episodes, stoppedTasks, lastLines, targets, help, gaps } = diagnosis;
  return (
    <>
      <RolloutSection title="What would help">
        <p>{help}</p>
      </RolloutSection>
      <RolloutSection title="What happened">
        <EpisodeStrip episodes={episodes} />
      </RolloutSection>
      {stoppedTasks.length > 0 && (
        <RolloutSection title="Stopped tasks" aside="kept by Slipway, ECS forgets them after an hour">
          <FailureTable failures={stoppedTasks} />
        </RolloutSection>
      )}
      {lastLines !== undefined && (
        <RolloutSection
          title={`Last lines of ${lastLines.container}, task ${lastLines.taskId.slice(0, 6)}`}
          aside={`${lastLines.logGroup} ${lastLines.logStream}`}
        >
          <LastLinesView lastLines={lastLines} />
        </RolloutSection>
      )}
      {targets.length > 0 && (
        <RolloutSection title="Targets of the load balancer">
          <ul className={styles.list}>
            {targets.map(({ targetGroup, target, state, reason }) => (
              <li key={`${targetGroup} ${target}`}>
                {target} in {targetGroup}: {state}
                {reason !== undefined && `, ${reason}`}
              </li>
            ))}
          </ul>
        </RolloutSection>
      )}
      {gaps.length > 0 && (
        <RolloutSection title="What could not be seen">
          <ul className={styles.list}>
            {gaps.map((gap) => (
              <li key={gap}>{gap}</li>
            ))}
          </ul>
        </RolloutSection>
      )}
    </>
  );
}
