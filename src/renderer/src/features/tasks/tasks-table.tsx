import { Table, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { PlainCard } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { TaskRow } from './task-row.tsx';
import { TASKS_TEXT } from './tasks-text.ts';

const POLL_MS = 5_000;

/** The tasks of a service: running ones, and those that stopped within about an hour, with the reason. */
export function TasksTable({ service }: { readonly service: ServiceRef }) {
  const tasks = useEngineQuery('services.tasks', service, { pollMs: POLL_MS });
  if (!tasks.data) {
    return (
      <PlainCard label={TASKS_TEXT.title}>
        {tasks.error ? (
          <ErrorPage error={tasks.error} onRetry={() => void tasks.refetch()} />
        ) : (
          <LoadingRows what={TASKS_TEXT.loading} rows={5} height={33} />
        )}
      </PlainCard>
    );
  }
  return (
    <PlainCard label={TASKS_TEXT.title}>
      <StaleNotice error={tasks.error} onRetry={() => void tasks.refetch()} />
      {tasks.data.length === 0 ? (
        <EmptyState title={TASKS_TEXT.none}>{TASKS_TEXT.noneHelp}</EmptyState>
      ) : (
        <TaskRows tasks={tasks.data} />
      )}
    </PlainCard>
  );
}

function TaskRows({ tasks }: { readonly tasks: readonly Task[] }) {
  const [opened, setOpened] = useState<string>();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{TASKS_TEXT.task}</Table.Th>
          <Table.Th>{TASKS_TEXT.state}</Table.Th>
          <Table.Th>{TASKS_TEXT.revision}</Table.Th>
          <Table.Th>{TASKS_TEXT.zone}</Table.Th>
          <Table.Th>{TASKS_TEXT.started}</Table.Th>
          <Table.Th>{TASKS_TEXT.stopped}</Table.Th>
          <Table.Th w={56}>
            <VisuallyHidden>{TASKS_TEXT.actions}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tasks.map((task) => (
          <TaskRow
            key={task.arn}
            task={task}
            isOpen={opened === task.arn}
            onToggle={() => setOpened(opened === task.arn ? undefined : task.arn)}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}
