import { TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Plan } from '../../../../shared/model/plan.ts';
import { ConfirmByTyping } from '../../ui/confirm-by-typing.tsx';
import { PlanSection } from './plan-section.tsx';
import { actionWords } from './plan-words.ts';

interface PlanWordsFormProps {
  readonly plan: Plan;
  readonly why: string;
  readonly onWhy: (why: string) => void;
  readonly confirmation: string;
  readonly onConfirmation: (confirmation: string) => void;
}

/** The words of a person that go with a change: why, and in production the name that confirms it. */
export function PlanWordsForm({ plan, why, onWhy, confirmation, onConfirmation }: PlanWordsFormProps) {
  const reason = useRef<HTMLInputElement>(null);
  const deploys = plan.kind === 'deploy';

  // The plan takes the place of what had the focus. Going back starts at Cancel instead.
  useEffect(() => {
    if (deploys) reason.current?.focus({ preventScroll: true });
  }, [deploys]);

  return (
    <>
      <PlanSection title="Why">
        <TextInput
          ref={reason}
          aria-label="Why"
          placeholder="A ticket or a sentence; it is kept in the journal"
          maxLength={500}
          value={why}
          onChange={(event) => onWhy(event.currentTarget.value)}
        />
      </PlanSection>
      {plan.confirmation !== undefined && (
        <PlanSection>
          <ConfirmByTyping
            expected={plan.confirmation}
            purpose={`to ${actionWords(plan.kind).verb}`}
            value={confirmation}
            onChange={onConfirmation}
          />
        </PlanSection>
      )}
    </>
  );
}
