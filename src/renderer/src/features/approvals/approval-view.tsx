import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ApprovalRequest } from '../../../../shared/model/approval.ts';
import { mayGoAhead } from '../../lib/overrides.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { ConfirmByTyping } from '../../ui/confirm-by-typing.tsx';
import drawer from '../../ui/drawer.module.css';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { PlanCalls } from '../plan/plan-calls.tsx';
import { PlanChanges } from '../plan/plan-changes.tsx';
import { PlanChecks } from '../plan/plan-checks.tsx';
import { PlanHead } from '../plan/plan-head.tsx';
import { actionLabel } from '../plan/plan-text.ts';
import styles from './approvals.module.css';
import { APPROVALS_TEXT } from './approvals-text.ts';

interface ApprovalViewProps {
  readonly request: ApprovalRequest;
  /** False when it was answered elsewhere, withdrawn, or has expired. */
  readonly isOpen: boolean;
  readonly onAnswered: () => void;
}

/** The plan that a program asks for, with who asks and why, and the answer of the person. */
export function ApprovalView({ request, isOpen, onAnswered }: ApprovalViewProps) {
  const { id, plan, why, link } = request;
  const answer = useEngineChange('approvals.answer');
  const [confirmation, setConfirmation] = useState('');
  const overrides = new Set(request.overrides);
  const isConfirmed = plan.confirmation === undefined || plan.confirmation === confirmation;
  const canExecute = mayGoAhead(plan, overrides);

  const refuse = (): void => answer.mutate({ id, answer: 'refuse' }, { onSuccess: onAnswered });
  const approve = (): void => {
    const typed = plan.confirmation === undefined ? {} : { confirmation };
    answer.mutate({ id, answer: 'approve', ...typed }, { onSuccess: onAnswered });
  };

  return (
    <div className={drawer.column}>
      <div className={drawer.scroll}>
        <p className={styles.asked}>
          {APPROVALS_TEXT.asked(request)} <RelativeTime at={request.askedAt} />.
        </p>
        <PlanHead plan={plan} />
        <PlanSection title={APPROVALS_TEXT.reason}>
          <p className={styles.reason}>{why ?? APPROVALS_TEXT.noReason}</p>
          {link !== undefined && <p className={styles.reason}>{link}</p>}
        </PlanSection>
        <PlanChanges plan={plan} />
        <PlanChecks kind={plan.kind} checks={plan.checks} overrides={overrides} />
        <PlanCalls plan={plan} />
        {plan.confirmation !== undefined && (
          <PlanSection>
            <ConfirmByTyping
              expected={plan.confirmation}
              purpose={`to ${actionLabel(plan.kind).verb}`}
              value={confirmation}
              onChange={setConfirmation}
            />
          </PlanSection>
        )}
        {answer.error === null ? null : <ErrorNotice error={answer.error} />}
      </div>
      <div className={drawer.actions}>
        <span className={drawer.note} role="status">
          {noteOf(isOpen, canExecute)}
        </span>
        <Button disabled={!isOpen} loading={answer.isPending} onClick={refuse}>
          {APPROVALS_TEXT.refuse}
        </Button>
        <Button
          variant="filled"
          disabled={!isOpen || !isConfirmed || !canExecute}
          loading={answer.isPending}
          onClick={approve}
        >
          {APPROVALS_TEXT.approve}
        </Button>
      </div>
    </div>
  );
}

function noteOf(isOpen: boolean, canExecute: boolean): string {
  if (!isOpen) return APPROVALS_TEXT.ended;
  return canExecute ? APPROVALS_TEXT.effect : APPROVALS_TEXT.blocked;
}
