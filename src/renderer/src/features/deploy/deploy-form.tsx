import { Button, Checkbox } from '@mantine/core';
import { type FormEvent, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Change } from '../../../../shared/model/change.ts';
import type { CurrentSettings } from '../../../../shared/model/current-settings.ts';
import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { submitOnModEnter } from '../../lib/submit-on-mod-enter.ts';
import { useReportBusy } from '../../lib/use-report-busy.ts';
import { DraftNotice } from '../../ui/draft-notice.tsx';
import drawer from '../../ui/drawer.module.css';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { type ContainerChoice, changesAnything, plannedChange, undecided } from './container-choice.ts';
import { ContainerSection } from './container-section.tsx';
import { type DeployInput, initialInput, type RestoredDraft } from './deploy-draft.ts';
import styles from './deploy-form.module.css';
import type { DeployStart } from './deploy-start.ts';
import { DEPLOY_TEXT } from './deploy-text.ts';
import { changeOf, incompleteField } from './more-changes.ts';
import { MoreChangesSections } from './more-changes-sections.tsx';
import { UnchangedContainers } from './unchanged-containers.tsx';

interface DeployFormProps {
  readonly hidden: boolean;
  /** Whether nothing can be changed, because the change is being sent. */
  readonly isInert: boolean;
  readonly service: ServiceRef;
  /** What is filled in already, and the revision that it is made on, where the form is opened for a purpose. */
  readonly start: DeployStart | undefined;
  /** What somebody left in the form earlier. */
  readonly draft: RestoredDraft | undefined;
  readonly detail: ServiceDetail;
  readonly onBusyChange: (busy: string | undefined) => void;
  /** Told of every change, with what the form started with. */
  readonly onInput: (input: DeployInput, initial: DeployInput) => void;
  readonly onDiscardDraft: () => void;
  /** Left out where another button of the dialog does it. */
  readonly onCancel: (() => void) | undefined;
  /** Told what would be planned, whenever it changes; undefined while something is missing. */
  readonly onReady: (change: Change | undefined) => void;
  readonly onPlan: (change: Change) => void;
}

/** Chooses an image for each container of the service, and other changes. */
export function DeployForm(props: DeployFormProps) {
  const { hidden, isInert, service, start, draft, detail, onBusyChange, onInput, onCancel, onPlan } = props;
  const scope: Scope = { account: service.account, region: service.region };
  const [initial] = useState(() => initialInput(detail, start));
  const [input, setInput] = useState(draft?.input ?? initial);
  const { choices, open, restart, fields } = input;
  const settings = useCurrentSettings(service, start?.from);
  const [busy, reportBusy] = useBusyContainers();
  useReportBusy(onBusyChange, busy);
  const tellInput = useEffectEvent((next: DeployInput) => onInput(next, initial));
  useEffect(() => {
    tellInput(input);
  }, [input]);
  const from = start?.from === undefined ? {} : { from: start.from };
  const change = plannedChange(choices, restart, { ...from, ...changeOf(fields, settings.data?.strategy) });
  const incomplete = incompleteField(fields);
  const missing = undecided(choices);
  const ready =
    changesAnything(change) && missing.length === 0 && incomplete === undefined && busy === undefined;

  const readyKey = ready ? JSON.stringify(change) : undefined;
  const tellReady = useEffectEvent((key: string | undefined) =>
    props.onReady(key === undefined ? undefined : change),
  );
  // Before the next paint: the review of the choice before must not be there to be clicked.
  useLayoutEffect(() => {
    tellReady(readyKey);
  }, [readyKey]);

  const planButton = useRef<HTMLButtonElement>(null);
  const left = useRef(false);

  // After Back, the focus is on the button that opened the plan.
  useEffect(() => {
    if (!hidden && left.current) planButton.current?.focus();
    left.current = hidden;
  }, [hidden]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) onPlan(change);
  };
  const replace = (choice: ContainerChoice): void =>
    setInput((before) => ({
      ...before,
      choices: before.choices.map((each) => (each.container === choice.container ? choice : each)),
    }));
  const openContainer = (container: string): void =>
    setInput((before) => ({
      ...before,
      open: [...before.open, container],
      choices: before.choices.map((each) =>
        each.container === container ? { ...each, origin: 'tag' } : each,
      ),
    }));

  return (
    <form
      className={styles.form}
      hidden={hidden}
      inert={isInert}
      onSubmit={submit}
      onKeyDown={submitOnModEnter}
    >
      <div className={drawer.scroll}>
        {start !== undefined && <p className={styles.start}>{start.note}</p>}
        {draft?.isChange === true && (
          <div className={styles.draft}>
            <DraftNotice
              at={draft.savedAt}
              missing={draft.leftOut}
              since={
                draft.revision === detail.revision
                  ? undefined
                  : DEPLOY_TEXT.movedOn(draft.revision, detail.revision)
              }
              onDiscard={props.onDiscardDraft}
            />
          </div>
        )}
        {choices
          .filter(({ container }) => open.includes(container))
          .map((choice) => {
            const running = detail.runs.find(({ container }) => container === choice.container);
            return (
              running && (
                <ContainerSection
                  key={choice.container}
                  scope={scope}
                  service={service}
                  running={running}
                  base={start?.from === undefined ? undefined : settings.data?.revision}
                  choice={{ ...choice, current: imageOf(settings.data, choice) }}
                  isFocused={choice.container === open.at(-1)}
                  onChange={replace}
                  onBusyChange={reportBusy}
                />
              )
            );
          })}
        <UnchangedContainers
          choices={choices.filter(({ container }) => !open.includes(container))}
          onOpen={openContainer}
        />
        {settings.isError && <ErrorNotice error={settings.error} onRetry={() => void settings.refetch()} />}
        <MoreChangesSections
          containers={detail.runs.map(({ container }) => container)}
          fields={fields}
          onChange={(next) => setInput((before) => ({ ...before, fields: next }))}
          now={settings.data}
          isExpress={detail.isExpress === true}
        />
        <div className={styles.restart} hidden={detail.isExpress === true}>
          <Checkbox
            label={DEPLOY_TEXT.restart}
            description={DEPLOY_TEXT.restartHelp}
            checked={restart}
            onChange={(event) => {
              const { checked } = event.currentTarget;
              setInput((before) => ({ ...before, restart: checked }));
            }}
          />
        </div>
      </div>
      <div className={drawer.actions}>
        <span className={drawer.note}>{busy ?? incomplete ?? noteLabel(choices, change)}</span>
        {onCancel && <Button onClick={onCancel}>{DEPLOY_TEXT.cancel}</Button>}
        <Button
          ref={planButton}
          type="submit"
          variant={onCancel ? 'filled' : 'default'}
          disabled={!ready}
          aria-keyshortcuts="Control+Enter"
        >
          {DEPLOY_TEXT.review} <KeyHint shortcut="submit" />
        </Button>
      </div>
    </form>
  );
}

function noteLabel(choices: readonly ContainerChoice[], change: Change): string {
  const missing = undecided(choices);
  if (missing.length > 0) return DEPLOY_TEXT.pushFirst(missing.map(({ container }) => container));
  return changesAnything(change) ? DEPLOY_TEXT.nothingSent : DEPLOY_TEXT.nothingChosen;
}

/** The image in the revision that the change is made on; until that is read, the one that is running. */
function imageOf(settings: CurrentSettings | undefined, { container, current }: ContainerChoice): string {
  return settings?.containers.find((each) => each.container === container)?.image ?? current;
}

/** The current settings: read once, since fields must not change while somebody edits them. */
function useCurrentSettings({ account, region, cluster, service }: ServiceRef, revision: string | undefined) {
  const input = { account, region, cluster, service, ...(revision === undefined ? {} : { revision }) };
  return useEngineQuery('services.settings', input, { staleMs: 60_000 });
}

/** The first container that is busy with a build or push, in a sentence, and the function that sections report to. */
function useBusyContainers() {
  const [busy, setBusy] = useState<Readonly<Record<string, string | undefined>>>({});
  const report = (container: string, sentence: string | undefined): void =>
    setBusy((before) => ({ ...before, [container]: sentence }));
  return [Object.values(busy).find((sentence) => sentence !== undefined), report] as const;
}
