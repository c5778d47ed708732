import { ActionIcon, Table, UnstyledButton } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { replaceEqualDeep } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ComponentType, memo } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Task, TaskContainer, TaskState } from '../../../../shared/model/task.ts';
import { shortDigest } from '../../lib/format.ts';
import { ConsoleLink } from '../../ui/console-link.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import type { MarkKind } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateTag, Tag } from '../../ui/tag.tsx';
import { taskWord } from '../../ui/task-cells.tsx';
import styles from './task-row.module.css';
import { TASKS_TEXT } from './tasks-text.ts';

/** The mark of a state. */
export const TASK_KINDS: Readonly<Record<TaskState, MarkKind>> = {
  pending: 'progress',
  running: 'ok',
  healthy: 'ok',
  failing: 'failed',
  stopping: 'idle',
  stopped: 'idle',
};

/** What else can be done with a task, such as a shell. */
export type TaskActions = ComponentType<{ readonly service: ServiceRef; readonly task: Task }>;

interface TaskRowProps {
  readonly service: ServiceRef;
  readonly task: Task;
  readonly isOpen: boolean;
  readonly onToggle: (arn: string) => void;
  readonly actions: TaskActions;
}

/**
 * One task; opened, it shows its containers. A task that stopped says why. Drawn again only when it has changed: in a crash
 * loop most rows of each answer are those of the answer before, at other places.
 */
export const TaskRow = memo(function TaskRow({
  service,
  task,
  isOpen,
  onToggle,
  actions: Actions,
}: TaskRowProps) {
  return (
    <>
      <Table.Tr className={styles.row}>
        <Table.Td style={{ whiteSpace: 'nowrap' }}>
          <UnstyledButton className={styles.id} onClick={() => onToggle(task.arn)} aria-expanded={isOpen}>
            <Mono>
              {isOpen ? '▾' : '▸'} {task.id.slice(0, 12)}
            </Mono>
          </UnstyledButton>
        </Table.Td>
        <Table.Td>
          <StateTag kind={TASK_KINDS[task.state]}>{taskWord(task.state)}</StateTag>{' '}
          <span className={styles.status}>{ownWord(task)}</span> <KeptTag task={task} />
        </Table.Td>
        <Table.Td title={task.revision}>
          <span className={styles.revision}>
            <Mono>{task.revision}</Mono>
          </span>
        </Table.Td>
        <Table.Td>{task.availabilityZone}</Table.Td>
        <Table.Td>{task.startedAt === undefined ? null : <RelativeTime at={task.startedAt} />}</Table.Td>
        <Table.Td>{task.stoppedAt === undefined ? null : <RelativeTime at={task.stoppedAt} />}</Table.Td>
        <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
          <Actions service={service} task={task} />
          <TaskLink service={service} task={task} />
          <CopyId value={task.arn} what={TASKS_TEXT.copyArn(task.id)} />
          <ConsoleLink url={task.consoleUrl} what={TASKS_TEXT.consoleLink(task.id)} />
        </Table.Td>
      </Table.Tr>
      <StopReason task={task} />
      {isOpen ? <Containers containers={task.containers} /> : null}
    </>
  );
}, isSame);

function isSame(before: TaskRowProps, after: TaskRowProps): boolean {
  return replaceEqualDeep(before, after) === before;
}

function KeptTag({ task: { keptAt } }: { readonly task: Task }) {
  if (keptAt === undefined) return null;
  return (
    <span title={TASKS_TEXT.keptMeaning}>
      <Tag kind="idle">{TASKS_TEXT.kept}</Tag>
    </span>
  );
}

function TaskLink({ service, task: { id } }: { readonly service: ServiceRef; readonly task: Task }) {
  return (
    <ActionIcon
      size={18}
      variant="subtle"
      color="gray"
      c="var(--faint)"
      aria-label={TASKS_TEXT.open(id)}
      title={TASKS_TEXT.open(id)}
      renderRoot={(props) => (
        <Link
          to="/a/$account/$region/c/$cluster/s/$service/t/$task"
          params={{ ...service, task: id }}
          {...props}
        />
      )}
    >
      <IconArrowRight size={13} aria-hidden />
    </ActionIcon>
  );
}

/** The status of ECS, where it says more than the state. */
function ownWord(task: Task): string {
  const word = task.lastStatus.toLowerCase();
  return word === taskWord(task.state) ? '' : word;
}

function StopReason({ task }: { readonly task: Task }) {
  const ended = task.containers.filter(
    (container) => container.reason !== undefined || (container.exitCode ?? 0) !== 0,
  );
  if (task.stoppedReason === undefined && ended.length === 0) return null;
  return (
    <Table.Tr className={styles.more}>
      <Table.Td colSpan={7}>
        {task.stoppedReason}
        {ended.map((container) => (
          <span key={container.name} className={styles.cause}>
            {TASKS_TEXT.ended(container)}
          </span>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}

function Containers({ containers }: { readonly containers: readonly TaskContainer[] }) {
  return (
    <Table.Tr className={styles.more}>
      <Table.Td colSpan={7}>
        <ul className={styles.containers}>
          {containers.map((container) => (
            <li key={container.name}>
              <b>{container.name}</b> {container.lastStatus?.toLowerCase()}
              {container.health === undefined || container.health === 'UNKNOWN'
                ? ''
                : `, ${container.health.toLowerCase()}`}{' '}
              <Mono>
                {container.image}
                {container.digest === undefined || container.image?.includes('@')
                  ? ''
                  : ` @${shortDigest(container.digest)}`}
              </Mono>
            </li>
          ))}
        </ul>
      </Table.Td>
    </Table.Tr>
  );
}
