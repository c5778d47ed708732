import { Button, Table, TextInput, VisuallyHidden } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { TASK_FILTER_STATES, type TaskFilterState, type TasksSearch } from '../../lib/search.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { PlainCard } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { StateFilter } from '../../ui/state-filter.tsx';
import { filterStateOf, matchingTasks, matrixOf } from './task-groups.ts';
import { TaskMatrixTable } from './task-matrix.tsx';
import { type TaskActions, TaskRow } from './task-row.tsx';
import styles from './tasks-table.module.css';
import { TASKS_TEXT } from './tasks-text.ts';

const POLL_MS = 5_000;
/** A service with thousands of tasks takes ECS dozens of requests to describe. */
const POLL_OF_MANY_MS = 30_000;
const MANY = 500;
/** Rows that are drawn at first, and with each click. */
const ROWS = 100;

interface TasksTableProps {
  readonly service: ServiceRef;
  /** What the service is to run, such as `web:42`. */
  readonly revision: string;
  readonly actions: TaskActions;
  /** What the address says of the filters. */
  readonly search: TasksSearch;
}

/** The tasks of a service: running ones, those that stopped within about an hour, and older ones that Slipway kept. */
export function TasksTable({ service, revision, actions, search }: TasksTableProps) {
  const [isLarge, setIsLarge] = useState(false);
  const tasks = useEngineQuery('services.tasks', service, { pollMs: isLarge ? POLL_OF_MANY_MS : POLL_MS });
  const hasMany = (tasks.data?.length ?? 0) > MANY;
  if (hasMany !== isLarge) setIsLarge(hasMany);
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
        <EmptyState title={TASKS_TEXT.none} action={<RunLink service={service} />}>
          {TASKS_TEXT.noneHelp}
        </EmptyState>
      ) : (
        <FilteredTasks
          service={service}
          revision={revision}
          actions={actions}
          search={search}
          tasks={tasks.data}
        />
      )}
    </PlainCard>
  );
}

function RunLink({ service }: { readonly service: ServiceRef }) {
  return (
    <Button
      size="compact-sm"
      renderRoot={(props) => (
        <Link
          to="/a/$account/$region/c/$cluster/s/$service"
          params={service}
          search={(before) => ({ ...before, dialog: 'run' as const })}
          {...props}
        />
      )}
    >
      {TASKS_TEXT.run}
    </Button>
  );
}

interface ListedTasks {
  readonly tasks: readonly Task[];
}

function FilteredTasks({ service, revision, actions, search, tasks }: TasksTableProps & ListedTasks) {
  const { taskState: state, taskRevision, taskZone } = search;
  const navigate = useNavigate();
  const change = (changed: TasksSearch): void =>
    void navigate({ to: '.', search: (before) => ({ ...before, ...changed }), replace: true });
  const [text, setText] = useFilterText(search.taskText ?? '', (next) =>
    change({ taskText: next === '' ? undefined : next }),
  );
  const wanted = useDeferredValue(text);
  const matrix = useMemo(() => matrixOf(tasks), [tasks]);
  const shown = useMemo(
    () => matchingTasks(tasks, { state, revision: taskRevision, zone: taskZone, text: wanted }),
    [tasks, state, taskRevision, taskZone, wanted],
  );
  const counts = useMemo(() => {
    const each = new Map<TaskFilterState, number>();
    for (const task of tasks) each.set(filterStateOf(task), (each.get(filterStateOf(task)) ?? 0) + 1);
    return each;
  }, [tasks]);
  return (
    <>
      <div className={styles.bar}>
        <StateFilter
          label={TASKS_TEXT.states}
          total={tasks.length}
          allLabel={TASKS_TEXT.all}
          states={TASK_FILTER_STATES.flatMap((each) => {
            const count = counts.get(each) ?? 0;
            return count === 0 && each !== state
              ? []
              : [{ state: each, count, label: TASKS_TEXT.stateNames[each] }];
          })}
          chosen={state}
          onChoose={(next) => change({ taskState: next })}
        >
          <TextInput
            size="xs"
            aria-label={TASKS_TEXT.filter}
            placeholder={TASKS_TEXT.filterHint}
            value={text}
            maxLength={200}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </StateFilter>
        <RunLink service={service} />
      </div>
      <TaskMatrixTable
        matrix={matrix}
        current={revision}
        chosen={{ revision: taskRevision, zone: taskZone }}
        onChoose={(next) => change({ taskRevision: next.revision, taskZone: next.zone })}
      />
      {shown.length === 0 ? (
        <EmptyState
          title={TASKS_TEXT.noMatch}
          action={
            <Button
              onClick={() => {
                setText('');
                change({
                  taskState: undefined,
                  taskRevision: undefined,
                  taskZone: undefined,
                  taskText: undefined,
                });
              }}
            >
              {TASKS_TEXT.clearFilter}
            </Button>
          }
        />
      ) : (
        <TaskRows service={service} actions={actions} tasks={shown} />
      )}
    </>
  );
}

function TaskRows({ service, actions, tasks }: Omit<TasksTableProps, 'revision' | 'search'> & ListedTasks) {
  const [opened, setOpened] = useState<string>();
  const [rows, setRows] = useState(ROWS);
  const toggle = useCallback(
    (arn: string): void => setOpened((before) => (before === arn ? undefined : arn)),
    [],
  );
  const left = tasks.length - rows;
  return (
    <>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{TASKS_TEXT.task}</Table.Th>
            <Table.Th>{TASKS_TEXT.state}</Table.Th>
            <Table.Th>{TASKS_TEXT.revision}</Table.Th>
            <Table.Th>{TASKS_TEXT.zone}</Table.Th>
            <Table.Th>{TASKS_TEXT.started}</Table.Th>
            <Table.Th>{TASKS_TEXT.stopped}</Table.Th>
            <Table.Th w={76}>
              <VisuallyHidden>{TASKS_TEXT.actions}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tasks.slice(0, rows).map((task) => (
            <TaskRow
              key={task.arn}
              service={service}
              task={task}
              actions={actions}
              isOpen={opened === task.arn}
              onToggle={toggle}
            />
          ))}
        </Table.Tbody>
      </Table>
      {left > 0 ? (
        <div className={styles.more}>
          <Button variant="subtle" size="compact-sm" onClick={() => setRows(rows + ROWS)}>
            {TASKS_TEXT.showMore(Math.min(ROWS, left), left)}
          </Button>
        </div>
      ) : null}
    </>
  );
}
