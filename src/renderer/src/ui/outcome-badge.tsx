import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import type { MarkKind } from './mark.tsx';
import { StateTag } from './tag.tsx';

const OUTCOMES: Readonly<Record<DeploymentOutcome, { readonly kind: MarkKind; readonly word: string }>> = {
  'in-progress': { kind: 'progress', word: 'in progress' },
  succeeded: { kind: 'ok', word: 'successful' },
  'rolled-back': { kind: 'failed', word: 'rolled back' },
  failed: { kind: 'failed', word: 'failed' },
  stopped: { kind: 'idle', word: 'stopped' },
  unknown: { kind: 'idle', word: 'unknown' },
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
