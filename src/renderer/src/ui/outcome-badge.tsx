import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import type { MarkKind } from './mark.tsx';
import { StateTag } from './tag.tsx';

const OUTCOMES: Readonly<Record<DeploymentOutcome, { readonly kind: MarkKind; readonly word: string }>> = {
  'in-progress': { kind: 'progress', word: 'In progress' },
  succeeded: { kind: 'ok', word: 'Succeeded' },
  'rolled-back': { kind: 'failed', word: 'Rolled back' },
  failed: { kind: 'failed', word: 'Failed' },
  stopped: { kind: 'idle', word: 'Stopped' },
  unknown: { kind: 'idle', word: 'Unknown' },
};

/** How a deployment ended. `status` is ECS's own word; it is shown on hover, and in place of `unknown`. */
export function OutcomeBadge({
  outcome,
  status,
}: {
  readonly outcome: DeploymentOutcome;
  readonly status?: string;
}) {
  const { kind, word } = OUTCOMES[outcome];
  return (
    <span title={status}>
      <StateTag kind={kind}>{outcome === 'unknown' && status ? status : word}</StateTag>
    </span>
  );
}
