import { Checkbox, Stack, TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Plan } from '../../../../shared/model/plan.ts';
import { ConfirmByTyping } from '../../ui/confirm-by-typing.tsx';
import { actionLabel, goesBack, isCommit, isLink, type PlanLabel, registers } from './plan-labels.ts';
import { PlanSection } from './plan-section.tsx';

interface PlanFormProps {
  readonly plan: Plan;
  readonly words: PlanLabel;
  readonly onLabel: (words: PlanLabel) => void;
}

/** The words of a person that go with a change: why, a link, and in production the name that confirms it. */
export function PlanForm({ plan, words, onLabel }: PlanFormProps) {
  const reason = useRef<HTMLInputElement>(null);
  const goesOn = !goesBack(plan.kind);

  // The plan takes the place of what had the focus. Going back starts at Cancel instead.
  useEffect(() => {
    if (goesOn) reason.current?.focus({ preventScroll: true });
  }, [goesOn]);

  return (
    <>
      <PlanSection title="Why" aside="Kept in the journal.">
        <Stack gap={6}>
          <TextInput
            ref={reason}
            aria-label="Why"
            placeholder="A ticket or a sentence"
            maxLength={500}
            spellCheck
            value={words.why}
            onChange={(event) => onLabel({ ...words, why: event.currentTarget.value })}
          />
          <TextInput
            aria-label="Link"
            placeholder="https:// address of a ticket or a pull request"
            maxLength={500}
            value={words.link}
            error={isLink(words.link) ? undefined : 'Give an address that begins with https:// or http://.'}
            onChange={(event) => onLabel({ ...words, link: event.currentTarget.value })}
          />
          {registers(plan) && (
            <>
              <TextInput
                aria-label="Git commit"
                placeholder="The git commit that is released"
                maxLength={80}
                value={words.commit}
                error={
                  isCommit(words.commit) ? undefined : 'Give the id of a commit, at least 7 digits of it.'
                }
                onChange={(event) => onLabel({ ...words, commit: event.currentTarget.value })}
              />
              <Checkbox
                label="Also write this and who you are as tags of the new revision"
                checked={words.tagRevision}
                onChange={(event) => onLabel({ ...words, tagRevision: event.currentTarget.checked })}
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
            value={words.confirmation}
            onChange={(confirmation) => onLabel({ ...words, confirmation })}
          />
        </PlanSection>
      )}
    </>
  );
}
