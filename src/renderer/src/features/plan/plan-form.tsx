import { Checkbox, Stack, TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Plan } from '../../../../shared/model/plan.ts';
import { ConfirmByTyping } from '../../ui/confirm-by-typing.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import { actionLabel, goesBack, isCommit, isLink, type PlanInput, registers } from './plan-labels.ts';

interface PlanFormProps {
  readonly plan: Plan;
  readonly input: PlanInput;
  readonly onInput: (input: PlanInput) => void;
}

/** What a person enters with a change: reason, link, and in production the name that confirms it. */
export function PlanForm({ plan, input, onInput }: PlanFormProps) {
  const reason = useRef<HTMLInputElement>(null);
  const goesOn = !goesBack(plan.kind);

  // The plan takes the place of what had the focus. Going back starts at Cancel instead.
  useEffect(() => {
    if (goesOn) reason.current?.focus({ preventScroll: true });
  }, [goesOn]);

  return (
    <>
      <PlanSection title="Reason" aside="Saved in the journal">
        <Stack gap={6}>
          <TextInput
            ref={reason}
            aria-label="Reason"
            placeholder="A ticket or a sentence"
            maxLength={500}
            spellCheck
            value={input.why}
            onChange={(event) => onInput({ ...input, why: event.currentTarget.value })}
          />
          <TextInput
            aria-label="Link"
            placeholder="https:// link to a ticket or a pull request"
            maxLength={500}
            value={input.link}
            error={isLink(input.link) ? undefined : 'Enter a link that starts with https:// or http://.'}
            onChange={(event) => onInput({ ...input, link: event.currentTarget.value })}
          />
          {registers(plan) && (
            <>
              <TextInput
                aria-label="Git commit"
                placeholder="The git commit you release"
                maxLength={80}
                value={input.commit}
                error={isCommit(input.commit) ? undefined : 'Enter at least 7 digits of a commit id.'}
                onChange={(event) => onInput({ ...input, commit: event.currentTarget.value })}
              />
              <Checkbox
                label="Tag the revision with this and my identity"
                checked={input.tagRevision}
                onChange={(event) => onInput({ ...input, tagRevision: event.currentTarget.checked })}
              />
            </>
          )}
        </Stack>
      </PlanSection>
      {plan.confirmation !== undefined && (
        <PlanSection>
          <ConfirmByTyping
            expected={plan.confirmation}
            purpose={`to ${actionLabel(plan.kind).verb}`}
            value={input.confirmation}
            onChange={(confirmation) => onInput({ ...input, confirmation })}
          />
        </PlanSection>
      )}
    </>
  );
}
