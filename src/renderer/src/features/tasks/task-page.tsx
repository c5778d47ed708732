import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import type { TaskDetail, TaskRef } from '../../../../shared/model/task-detail.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { refusedProps, useRefusals } from '../../lib/refusals.ts';
import type { TaskSearch } from '../../lib/search.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ConsoleLink } from '../../ui/console-link.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import parts from '../../ui/detail-page.module.css';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LastLinesView } from '../../ui/last-lines.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import { SentenceWithLink } from '../../ui/sentence-with-link.tsx';
import { StateTag } from '../../ui/tag.tsx';
import { taskWord } from '../../ui/task-cells.tsx';
import { RunTaskDialog } from './run-task-dialog.tsx';
import { ProtectTaskDialog, StopTaskDialog } from './task-dialogs.tsx';
import { TaskContainers, TaskEvents, TaskPlace, TaskTags, TaskTimes } from './task-facts.tsx';
import styles from './task-page.module.css';
import { TASK_KINDS } from './task-row.tsx';
import { TASK_TEXT } from './tasks-text.ts';

const POLL_MS = 5_000;
/** Of a task that has stopped, until ECS forgets it. */
const POLL_STOPPED_MS = 60_000;
const POLL_LINES_MS = 10_000;

export interface TaskPageProps extends TaskRef {
  /** The service in the address; missing for a task that no service started. */
  readonly service?: string;
  readonly search: TaskSearch;
  /** What else can be done with a task of a service, such as a shell. */
  readonly actions: (service: ServiceRef, task: Task) => ReactNode;
}

/** One task: its state, its containers, where it runs, what it wrote, and what can be done with it. */
export function TaskPage({ account, region, cluster, task, service, search, actions }: TaskPageProps) {
  const ref = { account, region, cluster, task };
  const [isOver, setIsOver] = useState(false);
  const detail = useEngineQuery('tasks.get', ref, { pollMs: isOver ? POLL_STOPPED_MS : POLL_MS });
  const hasStopped = detail.data?.task.lastStatus === 'STOPPED';
  if (hasStopped !== isOver) setIsOver(hasStopped);
  const retry = (): void => void detail.refetch();
  if (!detail.data) {
    return (
      <main className={`${parts.page} ${styles.page}`}>
        <div className={parts.title}>
          <h1>{TASK_TEXT.titleOf(task)}</h1>
        </div>
        {detail.error ? (
          <NoTask taskRef={ref} service={service} error={detail.error} onRetry={retry} />
        ) : (
          <LoadingRows what={TASK_TEXT.loading} rows={8} height={44} />
        )}
      </main>
    );
  }
  const isForgotten = detail.error?.code === 'NOT_FOUND';
  return (
    <main className={`${parts.page} ${styles.page}`}>
      <TaskHeading
        taskRef={ref}
        service={service}
        detail={detail.data}
        isFixed={isForgotten}
        search={search}
        actions={actions}
        onChanged={retry}
      />
      {isForgotten ? (
        <Notice>{TASK_TEXT.forgotten}</Notice>
      ) : (
        <StaleNotice error={detail.error} onRetry={retry} />
      )}
      <TaskState detail={detail.data} />
      <TaskContainers detail={detail.data} />
      <TaskLinesCard taskRef={ref} detail={detail.data} />
      <div className={styles.columns}>
        <TaskPlace taskRef={ref} detail={detail.data} />
        <TaskTimes detail={detail.data} />
      </div>
      <TaskEvents detail={detail.data} />
      <TaskTags detail={detail.data} />
      {detail.data.notRead.map((sentence) => (
        <Notice key={sentence}>{sentence}</Notice>
      ))}
    </main>
  );
}

interface NoTaskProps {
  readonly taskRef: TaskRef;
  readonly service: string | undefined;
  readonly error: SlipwayError;
  readonly onRetry: () => void;
}

/** Why there is no task to show. Input that is refused is the id of the address: nothing else was asked for. */
function NoTask({ taskRef, service, error, onRetry }: NoTaskProps) {
  const back = <BackLink taskRef={taskRef} service={service} />;
  if (error.code === 'NOT_FOUND' || error.code === 'INVALID_INPUT') {
    const { cluster, task } = taskRef;
    const isId = error.code === 'NOT_FOUND';
    return <EmptyState title={isId ? error.message : TASK_TEXT.noSuchTask(cluster, task)} action={back} />;
  }
  return (
    <>
      <ErrorPage error={error} onRetry={onRetry} />
      {back}
    </>
  );
}

function Notice({ children }: { readonly children: ReactNode }) {
  return (
    <p className={styles.notice} role="status">
      <Mark kind="warning" />
      <span>{children}</span>
    </p>
  );
}

interface TaskHeadingProps {
  readonly taskRef: TaskRef;
  readonly service: string | undefined;
  readonly detail: TaskDetail;
  readonly isFixed: boolean;
  readonly search: TaskSearch;
  readonly actions: TaskPageProps['actions'];
  readonly onChanged: () => void;
}

function TaskHeading(props: TaskHeadingProps) {
  const { taskRef, service: inAddress, detail, isFixed, search, actions, onChanged } = props;
  const navigate = useNavigate();
  const { account, region, cluster } = taskRef;
  const { task, protection } = detail;
  const service = detail.service ?? detail.startedByEntry?.service;
  const [dialog, setDialog] = useState<'protect' | 'run'>();
  const isStopped = task.lastStatus === 'STOPPED';
  const canStop = !isFixed && task.desiredStatus !== 'STOPPED';
  const refusals = useRefusals(
    { account, region, cluster, changes: ['stop-task', 'protect-task'] },
    { isKnown: canStop },
  );
  const setStop = (next: TaskSearch): void => void navigate({ to: '.', search: next, replace: true });
  return (
    <>
      <div className={parts.title}>
        <h1 title={task.id}>{TASK_TEXT.titleOf(task.id)}</h1>
        <span aria-live="polite">
          <StateTag kind={TASK_KINDS[task.state]}>{taskWord(task.state)}</StateTag>
        </span>
        <span className={styles.about}>
          {task.lastStatus} · {task.revision}
        </span>
        <span className={parts.links}>
          <CopyId value={task.arn} what={TASK_TEXT.copyArn} />
          <ConsoleLink url={task.consoleUrl} what={TASK_TEXT.titleOf(task.id)} />
        </span>
        <BackLink taskRef={taskRef} service={inAddress} />
        <div className={parts.actions}>
          {service === undefined || isFixed ? null : actions({ account, region, cluster, service }, task)}
          {service === undefined ? null : <Button onClick={() => setDialog('run')}>{TASK_TEXT.run}</Button>}
          {protection === undefined || isStopped ? null : (
            <Button
              disabled={isFixed}
              onClick={() => {
                if (!refusals.isRefused('protect-task')) setDialog('protect');
              }}
              {...refusedProps(refusals, 'protect-task')}
            >
              {protection.isProtected ? TASK_TEXT.unprotect : TASK_TEXT.protect}
            </Button>
          )}
          <Button
            disabled={!canStop}
            {...(canStop && !refusals.isRefused('stop-task') && { c: 'var(--bad)' })}
            onClick={() => {
              if (!refusals.isRefused('stop-task')) setStop({ ask: 'stop' });
            }}
            {...refusedProps(refusals, 'stop-task')}
          >
            {TASK_TEXT.stop}
          </Button>
        </div>
      </div>
      <RefusalNote refusals={refusals} />
      {search.ask === 'stop' && canStop ? (
        <StopTaskDialog
          taskRef={taskRef}
          service={detail.service}
          onClose={() => setStop({})}
          onStopped={() => {
            setStop({});
            onChanged();
          }}
        />
      ) : null}
      {dialog === 'protect' && protection !== undefined ? (
        <ProtectTaskDialog
          taskRef={taskRef}
          service={detail.service}
          protection={protection}
          onClose={() => setDialog(undefined)}
          onChanged={() => {
            setDialog(undefined);
            onChanged();
          }}
        />
      ) : null}
      {service === undefined ? null : (
        <RunTaskDialog
          service={{ account, region, cluster, service }}
          revision={task.revision}
          opened={dialog === 'run'}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}

function BackLink({
  taskRef: { account, region, cluster },
  service,
}: {
  readonly taskRef: TaskRef;
  readonly service: string | undefined;
}) {
  if (service === undefined) {
    return (
      <Link to="/a/$account/$region/c/$cluster" params={{ account, region, cluster }}>
        {TASK_TEXT.backToCluster}
      </Link>
    );
  }
  return (
    <Link
      to="/a/$account/$region/c/$cluster/s/$service"
      params={{ account, region, cluster, service }}
      search={{ tab: 'tasks' }}
    >
      {TASK_TEXT.back(service)}
    </Link>
  );
}

/** Why it stopped, or that it is stopping, in one place over the rest. */
function TaskState({ detail: { task, failure } }: { readonly detail: TaskDetail }) {
  const isStopped = task.lastStatus === 'STOPPED';
  if (!isStopped && task.desiredStatus !== 'STOPPED') return null;
  return (
    <div
      className={styles.state}
      data-failed={failure !== undefined && task.state === 'failing'}
      role="status"
    >
      <Mark kind={task.state === 'failing' ? 'failed' : 'idle'} />
      <div>
        <p>
          {isStopped ? TASK_TEXT.stoppedWhile : TASK_TEXT.stopping}{' '}
          {failure === undefined ? null : <b>{TASK_TEXT.failed(failure)}</b>}
        </p>
        {task.stoppedReason === undefined ? null : (
          <p className={styles.soft}>
            {TASK_TEXT.reason}: {task.stoppedReason}
          </p>
        )}
        {task.stopCode === undefined ? null : (
          <p className={styles.soft}>
            {TASK_TEXT.stopCode}: {task.stopCode}
          </p>
        )}
        {task.keptAt === undefined ? null : <p className={styles.soft}>{TASK_TEXT.kept}</p>}
      </div>
    </div>
  );
}

interface TaskCardProps {
  readonly taskRef: TaskRef;
  readonly detail: TaskDetail;
}

/** The end of what its containers wrote. */
function TaskLinesCard({ taskRef, detail }: TaskCardProps) {
  const isStopped = detail.task.lastStatus === 'STOPPED';
  const lines = useEngineQuery('tasks.lines', taskRef, isStopped ? {} : { pollMs: POLL_LINES_MS });
  const { account, region, cluster } = taskRef;
  const { service, task } = detail;
  return (
    <Card
      title={TASK_TEXT.lines}
      aside={
        service === undefined ? undefined : (
          <Link
            to="/a/$account/$region/c/$cluster/s/$service"
            params={{ account, region, cluster, service }}
            search={{ tab: 'logs', task: task.id }}
          >
            {TASK_TEXT.allLines}
          </Link>
        )
      }
    >
      {lines.error && !lines.data ? (
        <ErrorPage error={lines.error} onRetry={() => void lines.refetch()} />
      ) : !lines.data ? (
        <LoadingRows what={TASK_TEXT.loadingLines} rows={3} height={20} />
      ) : (
        <CardBody>
          {lines.data.containers.length === 0 && lines.data.notRead.length === 0 ? TASK_TEXT.noLines : null}
          {lines.data.containers.map((each) => (
            <div key={each.container}>
              <p className={styles.soft}>
                {TASK_TEXT.linesOf(each.container)}{' '}
                <ConsoleLink url={each.consoleUrl} what={TASK_TEXT.stream(each.container)} />
              </p>
              <LastLinesView lastLines={each} />
            </div>
          ))}
          {lines.data.notRead.map((sentence) => (
            <p key={sentence} className={styles.soft}>
              <SentenceWithLink sentence={sentence} />
            </p>
          ))}
        </CardBody>
      )}
    </Card>
  );
}
