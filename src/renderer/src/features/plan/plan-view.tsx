import { type FormEvent, useState } from 'react';
import type { Plan, Release } from '../../../../shared/model/plan.ts';
import type { SharedPlan } from '../../../../shared/model/shared-plan.ts';
import { asShared, isForSecondPerson, mayGoAhead, toggled } from '../../lib/overrides.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { submitOnModEnter } from '../../lib/submit-on-mod-enter.ts';
import { useReportBusy } from '../../lib/use-report-busy.ts';
import drawer from '../../ui/drawer.module.css';
import { ExecutionSteps } from '../../ui/execution-steps.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import { WaitForLock } from '../locks/wait-for-lock.tsx';
import { useExecution } from './execution.ts';
import { PlanActions } from './plan-actions.tsx';
import { PlanCalls } from './plan-calls.tsx';
import { PlanChanges } from './plan-changes.tsx';
import { PlanChecks } from './plan-checks.tsx';
import { PlanFailure } from './plan-failure.tsx';
import { PlanConfirmation, PlanForm } from './plan-form.tsx';
import { PlanHead } from './plan-head.tsx';
import { areComplete, emptyInput, type PlanInput } from './plan-input.ts';
import { PlanOtherWay } from './plan-other-way.tsx';
import { actionLabel, costLabel, PLAN_TEXT } from './plan-text.ts';
import styles from './plan-view.module.css';
import { forgetReason, recallReason, rememberReason, sendReason } from './reason-draft.ts';
import { NotShared, PlannedBy, reasonOf, sharedInput, Waits } from './shared-plan.tsx';
import { StoppedWaiting } from './stopped-waiting.tsx';

interface PlanViewProps {
  readonly plan: Plan;
  readonly onExecuted: (release: Release) => void;
  readonly onCancel: () => void;
  /** What the button that leaves the plan says. */
  readonly cancelWord?: string;
  /** Makes a new plan when the one on the screen is out of date. */
  readonly onPlanAgain: () => void;
  /** Told the id of the plan when it is sent, before AWS has answered. */
  readonly onSending?: ((plan: string) => void) | undefined;
  /** Told what is being sent, so that a dialog does not close over it without a question. */
  readonly onBusyChange: (busy: string | undefined) => void;
  /** Each new number gives the plan the focus; 0 leaves the focus where somebody still chooses. */
  readonly focus?: number;
  /** The plan of another person that this one was made from. It has their reason. */
  readonly shared?: SharedPlan;
}

/** A plan to read and to carry out: what changes, the checks, the calls, why, and the button. */
export function PlanView(props: PlanViewProps) {
  const { plan, onExecuted, onCancel, cancelWord = PLAN_TEXT.cancel, onPlanAgain, onBusyChange } = props;
  const { onSending, focus = 1, shared } = props;
  const execution = useExecution(plan);
  const [input, setInput] = useState(() => ({
    ...emptyInput(plan),
    ...(shared === undefined ? recallReason(plan) : reasonOf(shared)),
  }));
  const [overrides, setOverrides] = useState<ReadonlySet<string>>(new Set(shared?.overrides));
  const sharing = useEngineChange('releases.share');
  const [nameAsked, askForName] = useState(0);
  const sending = execution.current.state === 'running';
  // A plan is carried out once: after a failure a new plan is needed.
  const spent = execution.cancelled || execution.current.state === 'failed' || sharing.isSuccess;
  const isForOther = isForSecondPerson(plan, overrides);
  const judged = isForOther ? asShared(plan) : plan;
  const confirmed = judged.confirmation === undefined || judged.confirmation === input.confirmation;
  const allowed = mayGoAhead(judged, overrides) && confirmed && areComplete(input, plan) && !spent;
  useReportBusy(onBusyChange, sending ? PLAN_TEXT.sending(plan.title) : undefined);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!confirmed) askForName((before) => before + 1);
    if (!allowed || sending || sharing.isPending) return;
    if (isForOther) {
      sharing.mutate(sharedInput(plan, input, overrides), { onSuccess: () => forgetReason(plan) });
      return;
    }
    sendReason(plan);
    onSending?.(plan.id);
    const release = await execution.start(input, overrides);
    if (!release) return;
    forgetReason(plan);
    onExecuted(release);
  };
  const changeInput = (next: PlanInput): void => {
    setInput(next);
    rememberReason(plan, next);
  };

  return (
    <form
      className={drawer.column}
      onSubmit={(event) => void submit(event)}
      onKeyDown={submitOnModEnter}
      aria-label={plan.title}
    >
      <div className={drawer.scroll}>
        <PlanHead plan={plan} />
        {shared === undefined ? null : <PlannedBy shared={shared} />}
        <PlanChanges plan={plan} />
        {plan.cost !== undefined && (
          <PlanSection title={PLAN_TEXT.cost}>
            <p className={styles.cost}>{costLabel(plan.cost)}</p>
          </PlanSection>
        )}
        <PlanChecks
          kind={plan.kind}
          checks={plan.checks}
          overrides={overrides}
          onToggle={(name) => setOverrides(toggled(overrides, name))}
        />
        <PlanOtherWay plan={plan} />
        <PlanCalls plan={plan} />
        {shared === undefined ? (
          <PlanForm plan={plan} input={input} focus={focus} onInput={changeInput} />
        ) : null}
        {sharing.data === undefined ? null : <Waits shared={sharing.data} />}
        {sharing.error === null ? null : <NotShared error={sharing.error} />}
        <ExecutionSteps steps={execution.steps} />
        {plan.checks.some(({ rule }) => rule === 'lock') && execution.current.state === 'idle' && (
          <div className={styles.part}>
            <WaitForLock service={plan.service} onTurn={onPlanAgain} />
          </div>
        )}
        {execution.cancelled && <StoppedWaiting onPlanAgain={onPlanAgain} />}
        {execution.current.state === 'failed' && (
          <PlanFailure
            service={plan.service}
            error={execution.current.error}
            onPlanAgain={onPlanAgain}
            onResumed={onExecuted}
          />
        )}
      </div>
      <PlanConfirmation plan={judged} input={input} focus={focus} asked={nameAsked} onInput={changeInput} />
      <PlanActions
        plan={judged}
        action={isForOther ? PLAN_TEXT.share : actionLabel(plan.kind).action}
        overrides={overrides}
        sending={sending || sharing.isPending}
        allowed={allowed}
        cancelWord={sending ? PLAN_TEXT.closeWhileSending : sharing.isSuccess ? PLAN_TEXT.close : cancelWord}
        onCancel={sending ? execution.cancel : onCancel}
      />
    </form>
  );
}
