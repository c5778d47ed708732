import { Button, Checkbox } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Change } from '../../../../shared/model/change.ts';
import type { ServiceDetail } from '../../../../shared/model/service.ts';
import { useReportBusy } from '../plan/use-report-busy.ts';
import {
  type ContainerChoice,
  changesAnything,
  initialChoices,
  plannedChange,
  undecided,
} from './container-choice.ts';
import { ContainerSection } from './container-section.tsx';
import styles from './deploy-form.module.css';

interface DeployFormProps {
  readonly hidden: boolean;
  readonly scope: Scope;
  readonly detail: ServiceDetail;
  readonly onBusyChange: (busy: string | undefined) => void;
  readonly onCancel: () => void;
  readonly onPlan: (change: Change) => void;
}

/** Chooses an image for each container of the service. */
export function DeployForm({ hidden, scope, detail, onBusyChange, onCancel, onPlan }: DeployFormProps) {
  const [choices, setChoices] = useState(() => initialChoices(detail));
  const [restart, setRestart] = useState(false);
  const [busy, reportBusy] = useBusyContainers();
  useReportBusy(onBusyChange, busy);
  const change = plannedChange(choices, restart);
  const missing = undecided(choices);
  const ready = changesAnything(change) && missing.length === 0 && busy === undefined;

  const planButton = useRef<HTMLButtonElement>(null);
  const left = useRef(false);

  // Coming back from the plan, the focus is where the person left.
  useEffect(() => {
    if (!hidden && left.current) planButton.current?.focus();
    left.current = hidden;
  }, [hidden]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) onPlan(change);
  };
  const replace = (choice: ContainerChoice): void =>
    setChoices((before) => before.map((each) => (each.container === choice.container ? choice : each)));

  return (
    <form className={styles.form} hidden={hidden} onSubmit={submit}>
      <div className={styles.scroll}>
        {choices.map((choice) => {
          const running = detail.runs.find(({ container }) => container === choice.container);
          return (
            running && (
              <ContainerSection
                key={choice.container}
                scope={scope}
                running={running}
                choice={choice}
                onChange={replace}
                onBusyChange={reportBusy}
              />
            )
          );
        })}
        <div className={styles.restart}>
          <Checkbox
            label="Start all tasks again, even where nothing changes"
            description="ECS then reads the tags anew: latest may turn out to be other software."
            checked={restart}
            onChange={(event) => setRestart(event.currentTarget.checked)}
          />
        </div>
      </div>
      <div className={styles.actions}>
        <span className={styles.note}>{busy ?? noteWords(missing, change)}</span>
        <Button onClick={onCancel}>Cancel</Button>
        <Button ref={planButton} type="submit" variant="filled" disabled={!ready}>
          Plan
        </Button>
      </div>
    </form>
  );
}

function noteWords(missing: readonly ContainerChoice[], change: Change): string {
  if (missing.length > 0) {
    return `Choose the new image of ${missing.map(({ container }) => container).join(' and ')}, or keep it.`;
  }
  if (!changesAnything(change)) return 'Choose a new image for at least one container.';
  return 'The plan shows what will change. Nothing is sent before you have read it.';
}

/** The first sentence about what runs in any of the containers, and the function that they report to. */
function useBusyContainers() {
  const [busy, setBusy] = useState<Readonly<Record<string, string | undefined>>>({});
  const report = (container: string, sentence: string | undefined): void =>
    setBusy((before) => ({ ...before, [container]: sentence }));
  return [Object.values(busy).find((sentence) => sentence !== undefined), report] as const;
}
