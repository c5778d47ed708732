import { Button, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import type { Guard } from '../../../../shared/model/environment.ts';
import type { TaskProtection, TaskRef } from '../../../../shared/model/task-detail.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { GuardFields, useGuardAnswers } from '../images/guard-answers.tsx';
import styles from './task-dialogs.module.css';
import { TASK_CHANGES_TEXT as TEXT } from './tasks-text.ts';

/** ECS takes no longer reason. */
const LONGEST_REASON = 255;

interface ReasonFieldProps {
  readonly guard: Guard | undefined;
  readonly value: string;
  readonly onChange: (why: string) => void;
  readonly hint?: string;
  readonly maxLength?: number;
}

/** The reason of a change, which a rule may ask for. */
export function ReasonField(props: ReasonFieldProps) {
  const { guard, value, onChange, hint = TEXT.whyHint, maxLength = LONGEST_REASON } = props;
  const isRequired = guard?.reason === 'required';
  return (
    <TextInput
      label={TEXT.why}
      placeholder={hint}
      description={isRequired ? TEXT.whyRequired : undefined}
      required={isRequired}
      maxLength={maxLength}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-autofocus
    />
  );
}

/** Whether a rule still waits for a reason. */
export function lacksReason(guard: Guard | undefined, why: string): boolean {
  return guard?.reason === 'required' && why.trim() === '';
}

interface StopTaskDialogProps {
  readonly taskRef: TaskRef;
  /** Missing for a task that no service started. */
  readonly service: string | undefined;
  readonly onClose: () => void;
  readonly onStopped: () => void;
}

/** Says what stopping a task does, asks what the rules of its place ask for, and stops it. */
export function StopTaskDialog({ taskRef, service, onClose, onStopped }: StopTaskDialogProps) {
  const { account, cluster, task } = taskRef;
  const check = useEngineQuery('tasks.checkStop', taskRef, { staleMs: 0 });
  const stop = useEngineChange('tasks.stop');
  const [why, setWhy, forgetWhy] = useDraft({ key: `stop.${task}`, shape: z.string(), initial: '' });
  const place = { account, cluster, ...(service === undefined ? {} : { service }) };
  const asked = useGuardAnswers(place, service ?? cluster);
  const isReady = asked.isAnswered && asked.guard !== undefined && !lacksReason(asked.guard, why);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isReady || stop.isPending) return;
    stop.mutate(
      { ...taskRef, ...asked.answers, ...(why.trim() === '' ? {} : { why: why.trim() }) },
      {
        onSuccess() {
          forgetWhy();
          onStopped();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={TEXT.stopTitle(task)}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {check.data === undefined && check.error === null ? (
            <LoadingRows what={TEXT.loadingEffects} rows={2} height={20} />
          ) : (
            <ul className={styles.effects}>
              {check.data?.effects.map(({ isWarning, sentence }) => (
                <li key={sentence}>
                  <Mark kind={isWarning ? 'warning' : 'idle'} /> <span>{sentence}</span>
                </li>
              ))}
            </ul>
          )}
          {check.error ? <ErrorNotice error={check.error} onRetry={() => void check.refetch()} /> : null}
          <ReasonField guard={asked.guard} value={why} onChange={setWhy} />
          <GuardFields asked={asked} purpose={TEXT.stopPurpose} />
          {stop.error ? <ErrorNotice error={stop.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{TEXT.cancel}</Button>
            <Button type="submit" variant="filled" color="red" disabled={!isReady} loading={stop.isPending}>
              {TEXT.stop}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface ProtectTaskDialogProps {
  readonly taskRef: TaskRef;
  readonly service: string | undefined;
  readonly protection: TaskProtection;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

const DEFAULT_MINUTES = 120;
const MOST_MINUTES = 2_880;

/** Protects a task from being stopped by ECS for some minutes, or ends that. */
export function ProtectTaskDialog({
  taskRef,
  service,
  protection,
  onClose,
  onChanged,
}: ProtectTaskDialogProps) {
  const { account, cluster, task } = taskRef;
  const change = useEngineChange('tasks.protect');
  const [minutes, setMinutes] = useState<number | string>(DEFAULT_MINUTES);
  const [why, setWhy, forgetWhy] = useDraft({ key: `protect.${task}`, shape: z.string(), initial: '' });
  const place = { account, cluster, ...(service === undefined ? {} : { service }) };
  const asked = useGuardAnswers(place, service ?? cluster);
  const ends = protection.isProtected;
  const isReady =
    asked.isAnswered &&
    asked.guard !== undefined &&
    !lacksReason(asked.guard, why) &&
    (ends || typeof minutes === 'number');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isReady || change.isPending) return;
    change.mutate(
      {
        ...taskRef,
        ...asked.answers,
        ...(why.trim() === '' ? {} : { why: why.trim() }),
        ...(ends || typeof minutes !== 'number'
          ? { protection: 'off' as const }
          : { protection: 'on' as const, minutes }),
      },
      {
        onSuccess() {
          forgetWhy();
          onChanged();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={ends ? TEXT.unprotectTitle(task) : TEXT.protectTitle(task)}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <p className={styles.help}>{ends ? TEXT.unprotectHelp : TEXT.protectHelp}</p>
          {ends ? null : (
            <NumberInput
              label={TEXT.minutes}
              min={1}
              max={MOST_MINUTES}
              allowDecimal={false}
              clampBehavior="strict"
              value={minutes}
              onChange={setMinutes}
            />
          )}
          <ReasonField guard={asked.guard} value={why} onChange={setWhy} hint={TEXT.whyPlainHint} />
          <GuardFields asked={asked} purpose={TEXT.protectPurpose} />
          {change.error ? <ErrorNotice error={change.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{TEXT.cancel}</Button>
            <Button type="submit" variant="filled" disabled={!isReady} loading={change.isPending}>
              {ends ? TEXT.unprotect : TEXT.protect}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
