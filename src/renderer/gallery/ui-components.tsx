import { useState } from 'react';
import { SlipwayError } from '../../shared/errors.ts';
import { AppTheme } from '../src/app/app-theme.tsx';
import { Bytes } from '../src/ui/bytes.tsx';
import { Card, CardBody, PlainCard } from '../src/ui/card.tsx';
import { ConfirmByTyping } from '../src/ui/confirm-by-typing.tsx';
import { ConsoleLink } from '../src/ui/console-link.tsx';
import { CopyId } from '../src/ui/copy-id.tsx';
import { Duration, Elapsed } from '../src/ui/duration.tsx';
import { EmptyState } from '../src/ui/empty-state.tsx';
import { EnvironmentBadge, EnvironmentDot } from '../src/ui/environment-badge.tsx';
import { ErrorNotice } from '../src/ui/error-notice.tsx';
import { KeyHint } from '../src/ui/key-hint.tsx';
import { LoadingRows } from '../src/ui/loading-rows.tsx';
import { Mark } from '../src/ui/mark.tsx';
import { Mono } from '../src/ui/mono.tsx';
import { OutcomeBadge } from '../src/ui/outcome-badge.tsx';
import { Page } from '../src/ui/page.tsx';
import { Age, RelativeTime } from '../src/ui/relative-time.tsx';
import { StateMark, stateWord } from '../src/ui/state-mark.tsx';
import { StateTag, Tag } from '../src/ui/tag.tsx';
import { BigTaskCells, TaskCells } from '../src/ui/task-cells.tsx';
import { LONG_NAME, manyOf } from './samples.ts';

const MARKS = ['ok', 'progress', 'failed', 'warning', 'idle'] as const;
const ENVIRONMENTS = ['production', 'unclassified', 'staging', 'development', 'sandbox'] as const;
const OUTCOMES = ['in-progress', 'succeeded', 'rolled-back', 'failed', 'stopped', 'unknown'] as const;
const SERVICE_STATES = [
  'steady',
  'deploying',
  'failing',
  'rolled-back',
  'idle',
  'draining',
  'inactive',
] as const;
const TASK_STATES = ['healthy', 'running', 'pending', 'failing', 'stopping', 'stopped'] as const;
const TASKS_OF = 'new';
const AT = '2026-01-02T15:47:00.000Z';

/** Each component of `ui/` in its forms. */
export function UiComponents() {
  const [typed, setTyped] = useState('');
  return (
    <AppTheme>
      <Page
        title="Components"
        about={<EnvironmentBadge environment="production" />}
        actions={<KeyHint shortcut="deploy" />}
      >
        <Card title="States" aside="7 states">
          <CardBody>
            <p>
              {MARKS.map((kind) => (
                <StateTag key={kind} kind={kind}>
                  {kind}
                </StateTag>
              ))}
              <Tag kind="warning">old image</Tag> <Mark kind="failed" label="Failed" />
            </p>
            <p>
              {SERVICE_STATES.map((state) => (
                <span key={state}>
                  <StateMark state={state} /> {stateWord(state)}{' '}
                </span>
              ))}
            </p>
            <p>
              {OUTCOMES.map((outcome) => (
                <OutcomeBadge key={outcome} outcome={outcome} status="STATUS_OF_TOMORROW" />
              ))}
            </p>
            <p>
              {ENVIRONMENTS.map((environment) => (
                <span key={environment}>
                  <EnvironmentDot environment={environment} />
                  <EnvironmentBadge environment={environment} />{' '}
                </span>
              ))}
            </p>
          </CardBody>
        </Card>
        <PlainCard label="Tasks">
          <TaskCells states={TASK_STATES} />
          <TaskCells states={manyOf(40, 'task').map(() => 'healthy')} />
          <BigTaskCells
            role={TASKS_OF}
            cells={TASK_STATES.map((state) => ({ taskId: state, state, label: `task of web:42, ${state}` }))}
          />
        </PlainCard>
        <Card
          title={LONG_NAME}
          aside={<ConsoleLink url="https://console.aws.amazon.com" what="the service" />}
        >
          <CardBody>
            <p>
              <Bytes value={18_800_000} /> <Duration ms={362_000} /> <Elapsed since={AT} />{' '}
              <RelativeTime at={AT} /> <Age at={AT} /> <Mono>sha256:9f2c41ab</Mono>{' '}
              <CopyId value="9f2c41ab" what="digest" />
            </p>
            <ConfirmByTyping expected="web" purpose="to deploy" value={typed} onChange={setTyped} />
          </CardBody>
        </Card>
        <ErrorNotice
          error={
            new SlipwayError('FORBIDDEN', `AWS refused to read ${LONG_NAME}.`, {
              detail: { action: 'ecs:ListServices' },
            })
          }
          onRetry={() => undefined}
        />
        <EmptyState title="There is nothing here.">Choose a cluster on the left.</EmptyState>
        <LoadingRows what="services" rows={3} height={31} />
      </Page>
    </AppTheme>
  );
}
