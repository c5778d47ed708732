import { Button, NativeSelect, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { ExecReadiness } from '../../../../shared/model/session.ts';
import type { TaskRef } from '../../../../shared/model/task-detail.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { refusedProps, useRefusals } from '../../lib/refusals.ts';
import { CHECK_MARKS } from '../../ui/check-marks.ts';
import { ConfirmByTyping } from '../../ui/confirm-by-typing.tsx';
import { CopyPolicy } from '../../ui/copy-policy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import { GuardedDrawer } from '../plan/guarded-drawer.tsx';
import { PlanDialog } from '../plan/plan-dialog.tsx';
import { ForwardForm } from './forward-form.tsx';
import { RunningForwards } from './running-forwards.tsx';
import styles from './sessions.module.css';
import { SESSIONS_TEXT } from './sessions-text.ts';
import { ShellView } from './shell-view.tsx';

interface ShellDrawerProps {
  readonly task: TaskRef;
  readonly service: ServiceRef;
  readonly title: string;
  readonly onClose: () => void;
}

/** The shell and the ports of a task, in a drawer. What closes it ends the shell, after a question. */
export function ShellDrawer({ task, service, title, onClose }: ShellDrawerProps) {
  const [isBusy, setBusy] = useState(false);
  return (
    <GuardedDrawer
      title={title}
      opened
      size={1_000}
      busy={isBusy ? SESSIONS_TEXT.busy : undefined}
      onClose={onClose}
    >
      <SessionForm task={task} service={service} onBusyChange={setBusy} />
    </GuardedDrawer>
  );
}

interface SessionFormProps {
  readonly task: TaskRef;
  readonly service: ServiceRef;
  readonly onBusyChange: (isBusy: boolean) => void;
}

function SessionForm({ task, service, onBusyChange }: SessionFormProps) {
  const readiness = useEngineQuery('sessions.check', task);
  // A shell that is open stays on the screen with its end, also when the task has stopped.
  const [wasPossible, setPossible] = useState(false);
  if (readiness.data?.isPossible === true && !wasPossible) setPossible(true);
  if (readiness.data === undefined) {
    return readiness.error ? (
      <ErrorNotice error={readiness.error} />
    ) : (
      <LoadingRows what={SESSIONS_TEXT.reading} rows={4} height={28} />
    );
  }
  return (
    <div className={styles.form}>
      <Problems readiness={readiness.data} service={service} />
      {wasPossible ? (
        <OpenForm task={task} service={service} readiness={readiness.data} onBusyChange={onBusyChange} />
      ) : null}
    </div>
  );
}

/** What is missing, with the change that adds it where Slipway can make it. */
function Problems({
  readiness: { checks, isPossible, canTurnOn },
  service,
}: {
  readonly readiness: ExecReadiness;
  readonly service: ServiceRef;
}) {
  const [isPlanned, setPlanned] = useState(false);
  const problems = checks.filter(({ result }) => result !== 'pass');
  if (problems.length === 0) return null;
  return (
    <section aria-label={isPossible ? SESSIONS_TEXT.warnings : SESSIONS_TEXT.notPossible}>
      <p className={styles.lead}>{isPossible ? SESSIONS_TEXT.warnings : SESSIONS_TEXT.notPossible}</p>
      <ul className={styles.checks}>
        {problems.map((check) => (
          <Problem key={`${check.rule} ${check.message}`} check={check} />
        ))}
      </ul>
      {canTurnOn ? (
        <Button variant="filled" onClick={() => setPlanned(true)}>
          {SESSIONS_TEXT.turnOn}
        </Button>
      ) : null}
      {isPlanned ? (
        <PlanDialog
          title={SESSIONS_TEXT.turnOnTitle(service.service)}
          loadPlan={{
            method: 'releases.plan',
            input: { service, change: { enableExecuteCommand: true, forceNewDeployment: true } },
          }}
          opened
          onClose={() => setPlanned(false)}
          onStarted={() => notifications.show({ message: SESSIONS_TEXT.turnedOn(service.service) })}
        />
      ) : null}
    </section>
  );
}

function Problem({ check }: { readonly check: Check }): ReactNode {
  const { kind, label } = CHECK_MARKS[check.result];
  return (
    <li>
      <Mark kind={kind} label={label} />
      <span>
        {check.message}
        {check.advice === undefined ? null : <small className={styles.note}>{check.advice}</small>}
        {check.policy === undefined ? null : <CopyPolicy policy={check.policy} />}
      </span>
    </li>
  );
}

function OpenForm({
  task,
  service,
  readiness,
  onBusyChange,
}: SessionFormProps & { readonly readiness: ExecReadiness }) {
  const { account, region, cluster } = task;
  const refusals = useRefusals({ account, region, cluster, changes: ['open-shell', 'forward-port'] });
  const guard = useEngineQuery(
    'environments.of',
    { account, cluster, service: service.service },
    { staleMs: 60_000 },
  ).data;
  const connected = readiness.containers.filter(({ isConnected }) => isConnected);
  const [container, setContainer] = useState((connected[0] ?? readiness.containers[0])?.name ?? '');
  const [command, setCommand] = useState('');
  const [typed, setTyped] = useState('');
  const [why, setWhy] = useState('');
  const [isOpen, setOpen] = useState(false);
  const needsName = guard?.confirm === 'name';
  const isAllowed =
    guard !== undefined &&
    guard.shells !== 'refuse' &&
    !guard.readOnly &&
    (!needsName || typed === service.service) &&
    (guard.reason !== 'required' || why.trim() !== '');
  const target = {
    ...task,
    container,
    ...(why.trim() === '' ? {} : { why: why.trim() }),
    ...(needsName ? { confirmation: typed } : {}),
  };
  if (isOpen) {
    return (
      <ShellView
        target={{ ...target, ...(command.trim() === '' ? {} : { command: command.trim() }) }}
        onBusyChange={onBusyChange}
      />
    );
  }
  const ports = readiness.containers.find(({ name }) => name === container)?.ports ?? [];
  return (
    <>
      {guard?.shells === 'refuse' ? <p className={styles.lead}>{SESSIONS_TEXT.refused}</p> : null}
      {guard?.readOnly === true ? <p className={styles.lead}>{SESSIONS_TEXT.readOnly}</p> : null}
      {readiness.containers.length < 2 ? null : (
        <NativeSelect
          label={SESSIONS_TEXT.container}
          value={container}
          onChange={(event) => setContainer(event.currentTarget.value)}
          data={readiness.containers.map(({ name }) => name)}
        />
      )}
      {needsName ? (
        <ConfirmByTyping
          expected={service.service}
          purpose={SESSIONS_TEXT.purpose}
          value={typed}
          onChange={setTyped}
        />
      ) : null}
      {guard?.reason === 'required' ? (
        <TextInput
          label={SESSIONS_TEXT.reason}
          maxLength={500}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
      ) : null}
      <form
        className={styles.ports}
        onSubmit={(event) => {
          event.preventDefault();
          if (isAllowed && !refusals.isRefused('open-shell')) setOpen(true);
        }}
      >
        <TextInput
          label={SESSIONS_TEXT.command}
          placeholder={SESSIONS_TEXT.commandHelp}
          maxLength={2_000}
          className={styles.wide}
          value={command}
          onChange={(event) => setCommand(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="filled"
          disabled={!isAllowed}
          {...refusedProps(refusals, 'open-shell')}
        >
          {SESSIONS_TEXT.openShell}
        </Button>
      </form>
      <h3 className={styles.title}>{SESSIONS_TEXT.forward}</h3>
      <ForwardForm key={container} target={target} ports={ports} isAllowed={isAllowed} refusals={refusals} />
      <RunningForwards cluster={cluster} />
      <RefusalNote refusals={refusals} />
    </>
  );
}
