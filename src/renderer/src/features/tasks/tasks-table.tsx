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

const POLL_MS = 5_000;

/** The tasks of a service: those that run, and those that stopped within about an hour, with the reason. */
export function TasksTable({ service }: { readonly service: ServiceRef }) {
  const tasks = useEngineQuery('services.tasks', service, { pollMs: POLL_MS });
  if (!tasks.data) {
    return (
      <PlainCard label="Tasks">
        {tasks.error ? (
          <ErrorPage error={tasks.error} onRetry={() => void tasks.refetch()} />
        ) : (
          <LoadingRows what="tasks" rows={5} height={33} />
        )}
      </PlainCard>
    );
  }
  return (
    <PlainCard label="Tasks">
      <StaleNotice error={tasks.error} onRetry={() => void tasks.refetch()} />
      {tasks.data.length === 0 ? (
        <EmptyState title="No tasks are running, and none stopped in the last hour.">
          Scale or deploy the service to start tasks.
        </EmptyState>
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
          <Table.Th>Task</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Revision</Table.Th>
          <Table.Th>Zone</Table.Th>
          <Table.Th>Started</Table.Th>
          <Table.Th>Stopped</Table.Th>
          <Table.Th w={56}>
            <VisuallyHidden>Actions</VisuallyHidden>
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
