import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import type { MarkKind } from './mark.tsx';
import { StateTag } from './tag.tsx';
import { OUTCOME_LABELS } from './ui-text.ts';

const OUTCOME_MARKS: Readonly<Record<DeploymentOutcome, MarkKind>> = {
  'in-progress': 'progress',
  succeeded: 'ok',
  'rolled-back': 'rolled-back',
  failed: 'failed',
  stopped: 'idle',
  unknown: 'idle',
};

/** How a deployment ended. `status` is ECS's own word; it is shown on hover, and in place of `unknown`. */
export function OutcomeBadge({
  outcome,
  status,
}: {
  readonly outcome: DeploymentOutcome;
  readonly status?: string;
}) {
  return (
    <span title={status}>
      <StateTag kind={OUTCOME_MARKS[outcome]}>
        {outcome === 'unknown' && status ? status : OUTCOME_LABELS[outcome]}
      </StateTag>
    </span>
  );
}
