import { Button, Group, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import type { Input } from '../../../../shared/contract.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { RunCheck } from '../../../../shared/model/task-detail.ts';
import { blockingChecks, toggled } from '../../lib/overrides.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import drawer from '../../ui/drawer.module.css';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import { GuardFields, useGuardAnswers } from '../images/guard-answers.tsx';
import { GuardedDrawer } from '../plan/guarded-drawer.tsx';
import { PlanChecks } from '../plan/plan-checks.tsx';
import { isLink } from '../plan/plan-input.ts';
import factStyles from './facts.module.css';
import {
  type CheckInput,
  checkInput,
  RUN_DRAFT,
  type RunDraft,
  type Variables,
  variablesOf,
  withoutSecrets,
} from './run-draft.ts';
import { RunProgress } from './run-progress.tsx';
import styles from './task-dialogs.module.css';
import { lacksReason, ReasonField } from './task-dialogs.tsx';
import { TASK_CHANGES_TEXT as TEXT } from './tasks-text.ts';

interface RunTaskDialogProps {
  readonly service: ServiceRef;
  /** What it begins with, such as `web:42`. */
  readonly revision: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Asks what to run, checks it, runs it and follows it. Closed, the task goes on as a job. */
export function RunTaskDialog({ service, revision, opened, onClose }: RunTaskDialogProps) {
  return (
    <GuardedDrawer
      title={TEXT.runTitle(service.service)}
      opened={opened}
      size={640}
      busy={undefined}
      onClose={onClose}
    >
      {(close) => <RunSteps service={service} revision={revision} onClose={close} />}
    </GuardedDrawer>
  );
}

type RunInput = Immutable<Input<'tasks.run'>>;

interface RunStepsProps {
  readonly service: ServiceRef;
  readonly revision: string;
  readonly onClose: () => void;
}

function RunSteps({ service, revision, onClose }: RunStepsProps) {
  const { account, region, cluster, service: name } = service;
  const [draft, setDraft, forget] = useDraft({
    key: `run.${account}/${region}/${cluster}/${name}/${revision}`,
    shape: RUN_DRAFT,
    initial: { revision, container: '', commandLine: '', shell: 'sh', cpu: '', memory: '', variables: '' },
    stored: withoutSecrets,
  });
  const [checked, setChecked] = useState<CheckInput>();
  const [running, setRunning] = useState<RunInput>();
  if (running !== undefined) return <RunProgress input={running} onClose={onClose} />;
  if (checked !== undefined) {
    return (
      <RunReview
        input={checked}
        onBack={() => setChecked(undefined)}
        onContainer={(container) => {
          setDraft({ ...draft, container });
          setChecked({ ...checked, container });
        }}
        onRun={(input) => {
          forget();
          setRunning(input);
        }}
      />
    );
  }
  return (
    <RunForm
      draft={draft}
      onChange={setDraft}
      onClose={onClose}
      onReview={(environment) => setChecked(checkInput(service, draft, environment))}
    />
  );
}

interface RunFormProps {
  readonly draft: RunDraft;
  readonly onChange: (draft: RunDraft) => void;
  readonly onReview: (variables: Variables) => void;
  readonly onClose: () => void;
}

function RunForm({ draft, onChange, onReview, onClose }: RunFormProps) {
  const set = (change: Partial<RunDraft>): void => onChange({ ...draft, ...change });
  const { variables, badLine } = variablesOf(draft.variables);
  const isReady = draft.revision.trim() !== '' && badLine === undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isReady) onReview(variables);
  };
  return (
    <form className={drawer.column} onSubmit={submit} noValidate>
      <div className={`${drawer.scroll} ${styles.body}`}>
        <Stack gap="sm">
          <p className={styles.help}>{TEXT.runHelp}</p>
          <TextInput
            label={TEXT.revision}
            placeholder={TEXT.revisionHint}
            value={draft.revision}
            maxLength={500}
            spellCheck={false}
            onChange={(event) => set({ revision: event.currentTarget.value })}
          />
          <TextInput
            label={TEXT.command}
            placeholder={TEXT.commandHint}
            value={draft.commandLine}
            maxLength={8_192}
            spellCheck={false}
            onChange={(event) => set({ commandLine: event.currentTarget.value })}
            data-autofocus
          />
          <NativeSelect
            label={TEXT.shell}
            data={Object.entries(TEXT.shells).map(([value, label]) => ({ value, label }))}
            value={draft.shell}
            onChange={(event) => set({ shell: event.currentTarget.value === 'none' ? 'none' : 'sh' })}
          />
          <Group grow align="flex-start">
            <TextInput
              label={TEXT.cpu}
              placeholder={TEXT.cpuHint}
              value={draft.cpu}
              maxLength={20}
              onChange={(event) => set({ cpu: event.currentTarget.value })}
            />
            <TextInput
              label={TEXT.memory}
              placeholder={TEXT.memoryHint}
              value={draft.memory}
              maxLength={20}
              onChange={(event) => set({ memory: event.currentTarget.value })}
            />
          </Group>
          <Textarea
            label={TEXT.variables}
            description={TEXT.variablesHelp}
            placeholder={TEXT.variablesHint}
            error={badLine === undefined ? undefined : TEXT.badVariable(badLine)}
            rows={3}
            spellCheck={false}
            value={draft.variables}
            onChange={(event) => set({ variables: event.currentTarget.value })}
          />
        </Stack>
      </div>
      <div className={styles.foot}>
        <Button onClick={onClose}>{TEXT.cancel}</Button>
        <Button type="submit" variant="filled" disabled={!isReady}>
          {TEXT.review}
        </Button>
      </div>
    </form>
  );
}

interface RunReviewProps {
  readonly input: CheckInput;
  readonly onBack: () => void;
  readonly onContainer: (container: string) => void;
  readonly onRun: (input: RunInput) => void;
}

function RunReview({ input, onBack, onContainer, onRun }: RunReviewProps) {
  const check = useEngineQuery('tasks.checkRun', input, { staleMs: 0 });
  if (check.data === undefined || check.isFetching) {
    return (
      <div className={drawer.column}>
        <div className={`${drawer.scroll} ${styles.body}`}>
          {check.error && !check.isFetching ? (
            <ErrorNotice error={check.error} onRetry={() => void check.refetch()} />
          ) : (
            <LoadingRows what={TEXT.reviewing} rows={5} height={24} />
          )}
        </div>
        <div className={styles.foot}>
          <Button onClick={onBack}>{TEXT.back}</Button>
        </div>
      </div>
    );
  }
  return (
    <Reviewed input={input} check={check.data} onBack={onBack} onContainer={onContainer} onRun={onRun} />
  );
}

function Reviewed({
  input,
  check,
  onBack,
  onContainer,
  onRun,
}: RunReviewProps & { readonly check: RunCheck }) {
  const { account, cluster, service } = input.service;
  const [overrides, setOverrides] = useState<ReadonlySet<string>>(new Set());
  const [{ why, link }, setReason, forgetReason] = useDraft({
    key: `run-reason.${account}/${input.service.region}/${cluster}/${service}`,
    shape: z.object({ why: z.string(), link: z.string() }),
    initial: { why: '', link: '' },
  });
  const asked = useGuardAnswers({ account, cluster, service }, service);
  const isReady =
    blockingChecks(check.checks, overrides).length === 0 &&
    asked.isAnswered &&
    asked.guard !== undefined &&
    !lacksReason(asked.guard, why) &&
    isLink(link);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isReady) return;
    forgetReason();
    const { shell: _shell, commandLine: _line, ...rest } = input;
    onRun({
      ...rest,
      container: check.container,
      ...(check.command === undefined ? {} : { command: check.command }),
      ...(why.trim() === '' ? {} : { why: why.trim() }),
      ...(link.trim() === '' ? {} : { link: link.trim() }),
      ...('confirmation' in asked.answers ? { confirmation: asked.answers.confirmation } : {}),
      overrides: [...overrides],
    });
  };
  const command = check.command ?? check.ownCommand;
  return (
    <form className={drawer.column} onSubmit={submit}>
      <div className={drawer.scroll}>
        <PlanSection title={TEXT.what}>
          <dl className={factStyles.facts}>
            <dt>{TEXT.revision}</dt>
            <dd>
              <Mono>{check.revision}</Mono>
            </dd>
            <dt>{TEXT.container}</dt>
            <dd>
              {check.containers.length === 1 ? (
                check.container
              ) : (
                <NativeSelect
                  size="xs"
                  aria-label={TEXT.container}
                  data={[...check.containers]}
                  value={check.container}
                  onChange={(event) => onContainer(event.currentTarget.value)}
                />
              )}
            </dd>
            <dt>{TEXT.command}</dt>
            <dd>{command.length === 0 ? TEXT.ownCommand : <Mono>{JSON.stringify(command)}</Mono>}</dd>
            {check.size === undefined ? null : (
              <>
                <dt>{TEXT.size}</dt>
                <dd>{check.size}</dd>
              </>
            )}
            <dt>{TEXT.place}</dt>
            <dd>{check.place}</dd>
            {input.environment === undefined ? null : (
              <>
                <dt>{TEXT.variables}</dt>
                <dd>{input.environment.map(({ name }) => name).join(', ')}</dd>
              </>
            )}
          </dl>
        </PlanSection>
        <PlanChecks
          kind="deploy"
          checks={check.checks}
          overrides={overrides}
          onToggle={(name) => setOverrides(toggled(overrides, name))}
        />
        <div className={styles.body}>
          <Stack gap="sm">
            <ReasonField
              guard={asked.guard}
              value={why}
              onChange={(next) => setReason({ why: next, link })}
              hint={TEXT.whyPlainHint}
              maxLength={500}
            />
            <TextInput
              aria-label={TEXT.link}
              placeholder={TEXT.linkHint}
              maxLength={500}
              value={link}
              error={isLink(link) ? undefined : TEXT.linkFault}
              onChange={(event) => setReason({ why, link: event.currentTarget.value })}
            />
            <GuardFields asked={{ ...asked, guard: withoutWindow(asked.guard) }} purpose={TEXT.runPurpose} />
          </Stack>
        </div>
      </div>
      <div className={styles.foot}>
        <Button onClick={onBack}>{TEXT.back}</Button>
        <Button type="submit" variant="filled" disabled={!isReady}>
          {TEXT.run}
        </Button>
      </div>
    </form>
  );
}

/** The window of releases is one of the checks here, with its override. */
function withoutWindow(guard: ReturnType<typeof useGuardAnswers>['guard']): typeof guard {
  if (guard === undefined) return undefined;
  const { window: _window, ...rest } = guard;
  return rest;
}
