import { Anchor } from '@mantine/core';
import type { Diagnosis, LastLines } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import styles from './diagnosis-view.module.css';
import { FailureTable } from './failure-table.tsx';
import { FailureTimelineStrip } from './failure-timeline-strip.tsx';
import { LastLinesView } from './last-lines.tsx';
import { MoreMemoryButton } from './more-memory-button.tsx';
import { RolloutSection } from './rollout-section.tsx';

interface DiagnosisViewProps {
  readonly service: ServiceRef;
  readonly diagnosis: Diagnosis;
}

/** The evidence under the sentence of a failure, and what would help. */
export function DiagnosisView({ service, diagnosis }: DiagnosisViewProps) {
  const { failureTimeline, stoppedTasks, lastLines, targets, help, moreMemory, gaps } = diagnosis;
  return (
    <>
      <RolloutSection title="Next steps">
        <div className={styles.help}>
          <p>{help}</p>
          {moreMemory !== undefined && <MoreMemoryButton service={service} moreMemory={moreMemory} />}
        </div>
      </RolloutSection>
      <RolloutSection title="Timeline">
        <FailureTimelineStrip failureTimeline={failureTimeline} />
      </RolloutSection>
      {stoppedTasks.length > 0 && (
        <RolloutSection title="Stopped tasks" aside="saved by Slipway; ECS deletes them after an hour">
          <FailureTable failures={stoppedTasks} />
        </RolloutSection>
      )}
      {lastLines !== undefined && (
        <RolloutSection
          title={`Last lines of ${lastLines.container}, task ${lastLines.taskId.slice(0, 6)}`}
          aside={<LogPlace lastLines={lastLines} />}
        >
          <LastLinesView lastLines={lastLines} />
        </RolloutSection>
      )}
      {targets.length > 0 && (
        <RolloutSection title="Load balancer targets">
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
        <RolloutSection title="Missing information">
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

/** Where the lines come from, and the way to the ones before them. */
function LogPlace({ lastLines }: { readonly lastLines: LastLines }) {
  const { logGroup, logStream, consoleUrl } = lastLines;
  return (
    <>
      {logGroup} {logStream}{' '}
      {consoleUrl !== undefined && (
        <Anchor href={consoleUrl} target="_blank" rel="noreferrer" underline="always" inherit>
          Open in CloudWatch Logs
        </Anchor>
      )}
    </>
  );
}
