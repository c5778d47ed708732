import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState } from 'react';
import type { Event, Input } from '../../../../shared/contract.ts';
import { plainText } from '../../../../shared/escape-sequences.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { ServiceLogLine } from '../../../../shared/model/log.ts';
import type { ReleaseStep } from '../../../../shared/model/plan.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { useEngineStream } from '../../lib/streams.ts';
import drawer from '../../ui/drawer.module.css';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ExecutionSteps } from '../../ui/execution-steps.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import styles from './task-dialogs.module.css';
import { containersLabel, TASK_CHANGES_TEXT as TEXT } from './tasks-text.ts';

interface Progress {
  readonly steps: readonly ReleaseStep[];
  readonly tasks: readonly Task[];
  readonly warnings: readonly string[];
  readonly lines: readonly ServiceLogLine[];
}

/** More lines are in the log of the task. */
const MOST_LINES = 500;

function after(progress: Progress, event: Immutable<Event<'tasks.run'>>): Progress {
  switch (event.kind) {
    case 'warning':
      return { ...progress, warnings: [...progress.warnings, event.sentence] };
    case 'step': {
      const others = progress.steps.filter(({ operation }) => operation !== event.step.operation);
      return { ...progress, steps: [...others, event.step] };
    }
    case 'task':
      return { ...progress, tasks: [...progress.tasks, event.task] };
    case 'lines':
      return { ...progress, lines: [...progress.lines, ...event.lines].slice(-MOST_LINES) };
  }
}

interface RunProgressProps {
  readonly input: Immutable<Input<'tasks.run'>>;
  readonly onClose: () => void;
}

/** Runs a task once, and shows its states, its lines and its exit code. Closing it leaves the task running. */
export function RunProgress({ input, onClose }: RunProgressProps) {
  const [progress, setProgress] = useState<Progress>({ steps: [], tasks: [], warnings: [], lines: [] });
  const { current, start } = useEngineStream('tasks.run', {
    onEvent: (event) => setProgress((before) => after(before, event)),
  });
  const run = useEffectEvent(() => void start(input));
  useEffect(() => run(), []);
  const { steps, tasks, warnings, lines } = progress;
  const task = tasks.at(-1);
  const isFollowed = current.state === 'running' || current.state === 'idle';
  // Its last lines are read for some seconds more.
  const hasStopped = task?.lastStatus === 'STOPPED';
  return (
    <div className={drawer.column}>
      <div className={drawer.scroll}>
        <ExecutionSteps steps={steps} />
        {warnings.length === 0 ? null : (
          <PlanSection>
            {warnings.map((sentence) => (
              <p key={sentence} className={styles.ended}>
                <Mark kind="warning" /> {sentence}
              </p>
            ))}
          </PlanSection>
        )}
        <PlanSection title={TEXT.progress}>
          <ol className={styles.effects} aria-live="polite">
            {tasks.map(({ lastStatus, containers }) => (
              <li key={lastStatus}>{TEXT.states(lastStatus, containersLabel(containers))}</li>
            ))}
          </ol>
          {current.state === 'done' ? (
            <p className={styles.ended} role="status">
              <Mark kind={current.output.exitCode === 0 ? 'ok' : 'failed'} /> {current.output.sentence}
            </p>
          ) : null}
        </PlanSection>
        {lines.length === 0 ? null : (
          <PlanSection title={TEXT.lines}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <pre className={styles.lines} tabIndex={0}>
              {lines.map(({ text }) => plainText(text)).join('\n')}
            </pre>
          </PlanSection>
        )}
        {current.state === 'failed' ? (
          <div className={styles.body}>
            <ErrorNotice error={current.error} />
          </div>
        ) : null}
      </div>
      <div className={styles.foot}>
        {isFollowed ? (
          <span className={drawer.note}>{hasStopped ? TEXT.lastLines : TEXT.continues}</span>
        ) : null}
        {task === undefined ? null : (
          <Link
            to="/a/$account/$region/c/$cluster/s/$service/t/$task"
            params={{ ...input.service, task: task.id }}
            onClick={onClose}
          >
            {TEXT.openTask}
          </Link>
        )}
        <Button onClick={onClose}>{isFollowed && !hasStopped ? TEXT.closeRunning : TEXT.close}</Button>
      </div>
    </div>
  );
}
