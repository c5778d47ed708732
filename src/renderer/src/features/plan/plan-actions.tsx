import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Plan } from '../../../../shared/model/plan.ts';
import { formatDuration } from '../../lib/format.ts';
import { blockingChecks, mayGoAhead } from './overrides.ts';
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
  const words = actionLabel(plan.kind);
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
        {words.action}
      </Button>
    </div>
  );
}

function expectedLabel({ kind, expectedMs }: Plan): string {
  if (kind === 'stop' || kind === 'scale' || kind === 'change') return '';
  if (expectedMs === undefined) return 'No earlier success of this service to tell how long it takes.';
  return `About ${formatDuration(expectedMs)}, as its earlier deployments took`;
}

function blockedLabel(plan: Plan, overrides: ReadonlySet<string>): string {
  if (mayGoAhead(plan, overrides)) return 'Failed checks are overridden. The journal keeps which.';
  const blocking = blockingChecks(plan.checks, overrides);
  if (blocking.length === 0) return 'Nothing would change.';
  return blocking.every(({ overridable }) => overridable === true)
    ? 'A check failed. See to it, or tick that you go ahead anyway.'
    : 'A check failed. This plan cannot be carried out as it is.';
}
