import { Button, Group } from '@mantine/core';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useScrolledIntoView } from '../../lib/use-scrolled-into-view.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { WaitForLock } from '../locks/wait-for-lock.tsx';
import styles from './plan-failure.module.css';
import { PLAN_TEXT } from './plan-text.ts';
import { UnfinishedRelease } from './unfinished-release.tsx';

interface PlanFailureProps {
  readonly service: ServiceRef;
  readonly error: SlipwayError;
  readonly onPlanAgain: () => void;
  readonly onResumed: (release: Release) => void;
}

/** Why an execution stopped, and the ways on from there. A plan is carried out once, so the way on is a new one. */
export function PlanFailure({ service, error, onPlanAgain, onResumed }: PlanFailureProps) {
  const { releaseId, taskDefinitionArn } = error.detail;
  const place = useScrolledIntoView();
  return (
    <div ref={place} className={styles.failure}>
      <ErrorNotice error={error} />
      {releaseId !== undefined && (
        <UnfinishedRelease
          release={releaseId}
          revision={revisionName(taskDefinitionArn)}
          onResumed={onResumed}
          onDiscarded={onPlanAgain}
        />
      )}
      {releaseId === undefined && (
        <Group mt="xs">
          {error.detail.lock === 'held' && <WaitForLock service={service} onTurn={onPlanAgain} />}
          <Button onClick={onPlanAgain}>{PLAN_TEXT.refresh}</Button>
        </Group>
      )}
    </div>
  );
}

/** Family and number, the last part of a task definition's ARN. */
function revisionName(taskDefinitionArn: string | undefined): string {
  if (taskDefinitionArn === undefined) return PLAN_TEXT.theNewRevision;
  return taskDefinitionArn.slice(taskDefinitionArn.lastIndexOf('/') + 1);
}
