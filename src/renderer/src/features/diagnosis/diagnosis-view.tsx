import { Anchor, Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Diagnosis, LastLines, MoreMemory } from '../../../../shared/model/deployment.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FailureTable } from '../../ui/failure-table.tsx';
import { LastLinesView } from '../../ui/last-lines.tsx';
import { RolloutSection } from '../../ui/rollout-section.tsx';
import { DeployDialog } from '../deploy/deploy-dialog.tsx';
import { withMoreMemory } from '../deploy/deploy-start.ts';
import { DIAGNOSIS_TEXT } from './diagnosis-text.ts';
import styles from './diagnosis-view.module.css';
import { FailureTimelineStrip } from './failure-timeline-strip.tsx';

interface DiagnosisLeadProps {
  readonly service: ServiceRef;
  readonly diagnosis: Diagnosis;
  /** Further steps, such as a comparison. */
  readonly steps?: ReactNode;
}

/** Right under the sentence of a failure: what to do next, and what the container wrote last. */
export function DiagnosisLead({ service, diagnosis, steps }: DiagnosisLeadProps) {
  const { lastLines, help, moreMemory } = diagnosis;
  return (
    <>
      <RolloutSection title={DIAGNOSIS_TEXT.nextSteps}>
        <div className={styles.help}>
          <p>{help}</p>
          {moreMemory !== undefined && <MoreMemoryButton service={service} moreMemory={moreMemory} />}
          {steps}
        </div>
      </RolloutSection>
      {lastLines !== undefined && (
        <RolloutSection
          title={DIAGNOSIS_TEXT.lastLines(lastLines)}
          aside={<LogPlace lastLines={lastLines} />}
        >
          <LastLinesView lastLines={lastLines} />
        </RolloutSection>
      )}
    </>
  );
}

/** The rest of the evidence: when what failed, which tasks, which targets, and what could not be read. */
export function DiagnosisEvidence({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const { failureTimeline, stoppedTasks, targets, gaps } = diagnosis;
  return (
    <>
      <RolloutSection title={DIAGNOSIS_TEXT.timeline}>
        <FailureTimelineStrip failureTimeline={failureTimeline} />
      </RolloutSection>
      {stoppedTasks.length > 0 && (
        <RolloutSection
          {...(stoppedTasks.some(({ taskId }) => taskId !== undefined)
            ? { title: DIAGNOSIS_TEXT.stoppedTasks, aside: DIAGNOSIS_TEXT.savedBySlipway }
            : { title: DIAGNOSIS_TEXT.reportedByEcs })}
        >
          <FailureTable failures={stoppedTasks} />
        </RolloutSection>
      )}
      {targets.length > 0 && (
        <RolloutSection title={DIAGNOSIS_TEXT.targets}>
          <ul className={styles.list}>
            {targets.map((each) => (
              <li key={`${each.targetGroup} ${each.target}`}>{DIAGNOSIS_TEXT.target(each)}</li>
            ))}
          </ul>
        </RolloutSection>
      )}
      {gaps.length > 0 && (
        <RolloutSection title={DIAGNOSIS_TEXT.gaps}>
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

/** Where the lines are from, with a link to the earlier ones. */
function LogPlace({ lastLines }: { readonly lastLines: LastLines }) {
  const { logGroup, logStream, consoleUrl } = lastLines;
  return (
    <>
      {logGroup} {logStream}{' '}
      {consoleUrl !== undefined && (
        <Anchor href={consoleUrl} target="_blank" rel="noreferrer" underline="always" inherit>
          {DIAGNOSIS_TEXT.openLogs}
        </Anchor>
      )}
    </>
  );
}

interface MoreMemoryButtonProps {
  readonly service: ServiceRef;
  readonly moreMemory: MoreMemory;
}

/** Opens the deploy dialog on the revision that ran out of memory, with more of it filled in. */
function MoreMemoryButton({ service, moreMemory }: MoreMemoryButtonProps) {
  const [opened, setOpened] = useState(false);
  const navigate = useNavigate();
  const { account, region, cluster, service: name } = service;
  const detail = useEngineQuery(
    'services.get',
    { account, region, cluster, service: name },
    { enabled: opened },
  );
  const showDeployment = ({ deploymentArn }: Release): void => {
    if (deploymentArn === undefined) return;
    void navigate({
      to: '/a/$account/$region/c/$cluster/s/$service',
      params: service,
      search: (before) => ({ ...before, deployment: deploymentArn }),
    });
  };
  return (
    <>
      <Button onClick={() => setOpened(true)} loading={opened && detail.isPending}>
        {DIAGNOSIS_TEXT.moreMemory}
      </Button>
      {opened && detail.data === undefined && detail.isError && (
        <ErrorNotice error={detail.error} onRetry={() => void detail.refetch()} />
      )}
      {detail.data !== undefined && (
        <DeployDialog
          service={service}
          detail={detail.data}
          start={withMoreMemory(moreMemory)}
          opened={opened}
          onClose={() => setOpened(false)}
          onStarted={showDeployment}
        />
      )}
    </>
  );
}
