import { Tooltip } from '@mantine/core';
import type { TaskCell } from '../../../shared/model/deployment.ts';
import type { TaskState } from '../../../shared/model/task.ts';
import styles from './task-cells.module.css';
import { TASK_STATES, UI_TEXT } from './ui-text.ts';

/** The state of a task in a word. */
export function taskWord(state: TaskState): string {
  return TASK_STATES[state];
}

/** Tasks by state: `3 healthy, 2 starting, 1 failed`. */
export function taskSummary(states: readonly TaskState[]): string {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(TASK_STATES[state], (counts.get(TASK_STATES[state]) ?? 0) + 1);
  const parts = Object.values(TASK_STATES).flatMap((word) => {
    const count = counts.get(word);
    return count === undefined ? [] : [`${count} ${word}`];
  });
  return parts.length === 0 ? UI_TEXT.noTasks : parts.join(', ');
}

/** More cells than this are drawn narrower, so that the name beside them keeps its place. */
const ROOMY = 10;

/** A small cell for each task, for a line of a list. Each state has a pattern of its own beside its colour. */
export function TaskCells({ states }: { readonly states: readonly TaskState[] }) {
  if (states.length === 0) return null;
  return (
    <span
      className={`${styles.cells} ${styles.small} ${states.length > ROOMY ? styles.many : ''}`}
      role="img"
      aria-label={taskSummary(states)}
    >
      {states.map((state, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cells of a list are places, not tasks
        <span key={index} className={`${styles.cell} ${styles[state]}`} />
      ))}
    </span>
  );
}

/** Big cells, one for each task, for the rollout; `old` are tasks of the revision on its way out. */
export function BigTaskCells({
  cells,
  role,
}: {
  readonly cells: readonly TaskCell[];
  readonly role: 'old' | 'new';
}) {
  return (
    <ul
      className={`${styles.cells} ${styles.big} ${styles[role]}`}
      style={{ listStyle: 'none', margin: 0, padding: 0 }}
    >
      {cells.map((cell) => (
        <Tooltip key={cell.taskId} label={cell.label}>
          <li
            className={`${styles.cell} ${styles[cell.state]}`}
            aria-label={cell.label}
            data-state={cell.state}
          />
        </Tooltip>
      ))}
    </ul>
  );
}
