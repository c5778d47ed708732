import { Checkbox, Stack, TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Plan } from '../../../../shared/model/plan.ts';
import { ConfirmByTyping } from '../../ui/confirm-by-typing.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import styles from './plan-form.module.css';
import { goesBack, isCommit, isLink, type PlanInput, registers } from './plan-input.ts';
import { actionLabel, PLAN_TEXT } from './plan-text.ts';

interface PlanFormProps {
  readonly plan: Plan;
  readonly input: PlanInput;
  /** Each new number gives the first field the focus; 0 leaves it where it is. */
  readonly focus: number;
  readonly onInput: (input: PlanInput) => void;
}

/** What a person enters with a change: its reason, a link and the commit. */
export function PlanForm({ plan, input, focus, onInput }: PlanFormProps) {
  const reason = useRef<HTMLInputElement>(null);
  const first = firstField(plan);

  // The plan replaces what had the focus, or somebody asked for it.
  useEffect(() => {
    if (focus > 0 && first === 'reason') reason.current?.focus({ preventScroll: true });
  }, [first, focus]);

  return (
    <PlanSection title={PLAN_TEXT.reason} aside={reasonLabel(plan)}>
      <Stack gap={6}>
        <TextInput
          ref={reason}
          aria-label={PLAN_TEXT.reason}
          placeholder={PLAN_TEXT.reasonHint}
          aria-required={plan.needsReason === true}
          maxLength={500}
          spellCheck
          value={input.why}
          onChange={(event) => onInput({ ...input, why: event.currentTarget.value })}
        />
        <TextInput
          aria-label={PLAN_TEXT.link}
          placeholder={PLAN_TEXT.linkHint}
          maxLength={500}
          value={input.link}
          error={isLink(input.link) ? undefined : PLAN_TEXT.linkFault}
          onChange={(event) => onInput({ ...input, link: event.currentTarget.value })}
        />
        {registers(plan) && (
          <>
            <TextInput
              aria-label={PLAN_TEXT.commit}
              placeholder={PLAN_TEXT.commitHint}
              maxLength={80}
              value={input.commit}
              error={isCommit(input.commit) ? undefined : PLAN_TEXT.commitFault}
              onChange={(event) => onInput({ ...input, commit: event.currentTarget.value })}
            />
            <Checkbox
              label={PLAN_TEXT.tagRevision}
              checked={input.tagRevision}
              onChange={(event) => onInput({ ...input, tagRevision: event.currentTarget.checked })}
            />
          </>
        )}
      </Stack>
    </PlanSection>
  );
}

function reasonLabel({ needsReason, ticket }: Plan): string {
  if (ticket !== undefined) return PLAN_TEXT.ticketRequired(ticket);
  return needsReason === true ? PLAN_TEXT.reasonRequired : PLAN_TEXT.reasonKept;
}

interface PlanConfirmationProps extends PlanFormProps {
  /** How often the plan was to be carried out without the name; each time the field takes the focus. */
  readonly asked: number;
}

/** Where production asks for the name; it stays in sight over the button that waits for it. */
export function PlanConfirmation({ plan, input, focus, asked, onInput }: PlanConfirmationProps) {
  const field = useRef<HTMLInputElement>(null);
  const first = firstField(plan);
  useEffect(() => {
    if (focus > 0 && first === 'confirmation') field.current?.focus({ preventScroll: true });
  }, [first, focus]);
  useEffect(() => {
    if (asked > 0) field.current?.focus({ preventScroll: true });
  }, [asked]);

  if (plan.confirmation === undefined) return null;
  return (
    <div className={styles.confirmation}>
      <ConfirmByTyping
        ref={field}
        expected={plan.confirmation}
        purpose={`to ${actionLabel(plan.kind).verb}`}
        value={input.confirmation}
        onChange={(confirmation) => onInput({ ...input, confirmation })}
      />
    </div>
  );
}

/** Where somebody starts. A rollback is urgent: its name, unless the reason is asked for; without a name, Cancel. */
function firstField({ kind, confirmation, needsReason }: Plan): 'reason' | 'confirmation' | 'cancel' {
  if (!goesBack(kind)) return 'reason';
  if (confirmation === undefined) return 'cancel';
  return needsReason === true ? 'reason' : 'confirmation';
}
