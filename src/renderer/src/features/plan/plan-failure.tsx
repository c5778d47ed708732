import { Button, Group } from '@mantine/core';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './plan-failure.module.css';
import { UnfinishedRelease } from './unfinished-release.tsx';

interface PlanFailureProps {
  readonly error: SlipwayError;
  readonly onPlanAgain: () => void;
  readonly onResumed: (release: Release) => void;
}

/** Why an execution stopped, and the ways on from there. */
export function PlanFailure({ error, onPlanAgain, onResumed }: PlanFailureProps) {
  const { releaseId, revision } = error.detail;
  return (
    <div className={styles.failure}>
      <ErrorNotice error={error} />
      {releaseId !== undefined && (
        <UnfinishedRelease
          release={releaseId}
          revision={revision ?? 'the new revision'}
          onResumed={onResumed}
          onDiscarded={onPlanAgain}
        />
      )}
      {releaseId === undefined && planNoLongerHolds(error) && (
        <Group mt="xs">
          <Button onClick={onPlanAgain}>Plan again</Button>
        </Group>
      )}
    </div>
  );
}

/** Sending the same plan once more cannot help here; a new one may. */
function planNoLongerHolds({ code }: SlipwayError): boolean {
  return code === 'STALE_PLAN' || code === 'PREFLIGHT_FAILED' || code === 'CONFLICT' || code === 'NOT_FOUND';
}
