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
import { changeOf, incompleteField, NOTHING_MORE } from './more-changes.ts';
import { MoreChangesSections } from './more-changes-sections.tsx';

interface DeployFormProps {
  readonly hidden: boolean;
  readonly scope: Scope;
  readonly detail: ServiceDetail;
  readonly onBusyChange: (busy: string | undefined) => void;
  readonly onCancel: () => void;
  readonly onPlan: (change: Change) => void;
}

/** Chooses an image for each container of the service, and what else shall change. */
export function DeployForm({ hidden, scope, detail, onBusyChange, onCancel, onPlan }: DeployFormProps) {
  const [choices, setChoices] = useState(() => initialChoices(detail));
  const [restart, setRestart] = useState(false);
  const [more, setMore] = useState(NOTHING_MORE);
  const [busy, reportBusy] = useBusyContainers();
  useReportBusy(onBusyChange, busy);
  const change = plannedChange(choices, restart, changeOf(more));
  const incomplete = incompleteField(more);
  const missing = undecided(choices);
  const ready =
    changesAnything(change) && missing.length === 0 && incomplete === undefined && busy === undefined;

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
        <MoreChangesSections detail={detail} fields={more} onChange={setMore} />
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
        <span className={styles.note}>{busy ?? incomplete ?? noteWords(missing, change)}</span>
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
  if (!changesAnything(change)) return 'Choose a new image for at least one container, or another change.';
  return 'The plan shows what will change. Nothing is sent before you have read it.';
}

/** The first sentence about what runs in any of the containers, and the function that they report to. */
function useBusyContainers() {
  const [busy, setBusy] = useState<Readonly<Record<string, string | undefined>>>({});
  const report = (container: string, sentence: string | undefined): void =>
    setBusy((before) => ({ ...before, [container]: sentence }));
  return [Object.values(busy).find((sentence) => sentence !== undefined), report] as const;
}
