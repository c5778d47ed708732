import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Plan } from '../../../../shared/model/plan.ts';
import { formatDuration } from '../../lib/format.ts';
import { blockingChecks, mayGoAhead } from '../../lib/overrides.ts';
import styles from './plan-actions.module.css';
import { actionLabel, goesBack } from './plan-labels.ts';

interface PlanActionsProps {
  readonly plan: Plan;
  /** The failed checks to go ahead with. */
  readonly overrides: ReadonlySet<string>;
  readonly sending: boolean;
  readonly allowed: boolean;
  readonly cancelWord: string;
  readonly onCancel: () => void;
}

/** The line at the foot of a plan: how long it will take, Cancel, and the button that does it. */
export function PlanActions(props: PlanActionsProps) {
  const { plan, overrides, sending, allowed, cancelWord, onCancel } = props;
  const cancel = useRef<HTMLButtonElement>(null);
  const label = actionLabel(plan.kind);
  const startsAtCancel = goesBack(plan.kind);

  // Going back is read first and confirmed then: Enter alone must not do it.
  useEffect(() => {
    if (startsAtCancel) cancel.current?.focus();
  }, [startsAtCancel]);

  return (
    <div className={styles.actions}>
      <span className={styles.note}>
        {plan.canExecute ? expectedLabel(plan) : blockedLabel(plan, overrides)}
      </span>
      <Button ref={cancel} onClick={onCancel}>
        {cancelWord}
      </Button>
      <Button
        type="submit"
        variant="filled"
        {...(startsAtCancel ? { color: 'red' } : {})}
        loading={sending}
        disabled={!allowed}
      >
        {label.action}
      </Button>
    </div>
  );
}

function expectedLabel({ kind, expectedMs }: Plan): string {
  if (kind === 'stop' || kind === 'scale' || kind === 'change') return '';
  if (expectedMs === undefined) return 'No estimate yet: this service has no earlier successful deployment.';
  return `About ${formatDuration(expectedMs)}, based on earlier deployments`;
}

function blockedLabel(plan: Plan, overrides: ReadonlySet<string>): string {
  if (mayGoAhead(plan, overrides)) return 'Failed checks are overridden. The journal records them.';
  const blocking = blockingChecks(plan.checks, overrides);
  if (blocking.length === 0) return 'No changes';
  return blocking.every(({ overridable }) => overridable === true)
    ? 'A check failed. Fix it, or override this check.'
    : "A check failed and can't be overridden. Fix it, then refresh.";
}
