import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Plan } from '../../../../shared/model/plan.ts';
import { blockingChecks, mayGoAhead } from '../../lib/overrides.ts';
import styles from '../../ui/drawer.module.css';
import { KeyHint } from '../../ui/key-hint.tsx';
import { goesBack } from './plan-input.ts';
import { blockedLabel, expectedLabel } from './plan-text.ts';

interface PlanActionsProps {
  readonly plan: Plan;
  /** The label of the button. */
  readonly action: string;
  /** The failed checks to go ahead with. */
  readonly overrides: ReadonlySet<string>;
  readonly sending: boolean;
  readonly allowed: boolean;
  readonly cancelWord: string;
  readonly onCancel: () => void;
}

/** The line at the foot of a plan: how long it will take, Cancel, and the button that does it. */
export function PlanActions(props: PlanActionsProps) {
  const { plan, action, overrides, sending, allowed, cancelWord, onCancel } = props;
  const cancel = useRef<HTMLButtonElement>(null);
  const isRollback = goesBack(plan.kind);
  const startsAtCancel = isRollback && plan.confirmation === undefined;

  // A rollback is read before it is confirmed: Enter alone must not start it. Where a name is to be typed, its field
  // has the focus instead.
  useEffect(() => {
    if (startsAtCancel) cancel.current?.focus();
  }, [startsAtCancel]);

  return (
    <div className={styles.actions}>
      {/* Its place is for the longer button while the plan is sent. */}
      {sending ? null : (
        <span className={styles.note}>
          {plan.canExecute
            ? expectedLabel(plan)
            : blockedLabel(mayGoAhead(plan, overrides), blockingChecks(plan.checks, overrides))}
        </span>
      )}
      <Button ref={cancel} onClick={onCancel}>
        {cancelWord}
      </Button>
      <Button
        type="submit"
        variant="filled"
        {...(isRollback ? { color: 'red' } : {})}
        loading={sending}
        disabled={!allowed}
        aria-keyshortcuts="Control+Enter"
      >
        {action} <KeyHint shortcut="submit" />
      </Button>
    </div>
  );
}
