import { UnstyledButton } from '@mantine/core';
import { Mark } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Tag } from '../../ui/tag.tsx';
import type { TaskMatrix } from './task-groups.ts';
import styles from './task-matrix.module.css';
import { MATRIX_TEXT, TASKS_TEXT } from './tasks-text.ts';

/** A cell, a row or nothing of the matrix. */
export interface MatrixChoice {
  readonly revision?: string | undefined;
  readonly zone?: string | undefined;
}

interface TaskMatrixTableProps {
  readonly matrix: TaskMatrix;
  /** What the service is to run. */
  readonly current: string;
  readonly chosen: MatrixChoice;
  readonly onChoose: (choice: MatrixChoice) => void;
}

/** How many tasks run of each revision in each availability zone; a number filters the list, a second click shows all again. */
export function TaskMatrixTable({ matrix, current, chosen, onChoose }: TaskMatrixTableProps) {
  if (matrix.revisions.length === 0) return null;
  const most = Math.max(...matrix.revisions.flatMap(({ counts }) => counts));
  const isChosen = (choice: MatrixChoice): boolean =>
    chosen.revision === choice.revision && chosen.zone === choice.zone;
  const toggle = (choice: MatrixChoice): void => onChoose(isChosen(choice) ? {} : choice);
  const cell = (count: number, choice: MatrixChoice, zone: string) => (
    <UnstyledButton
      className={styles.count}
      aria-pressed={isChosen(choice)}
      aria-label={MATRIX_TEXT.cell(count, choice.revision ?? '', zone)}
      disabled={count === 0}
      onClick={() => toggle(choice)}
    >
      {count}
    </UnstyledButton>
  );
  return (
    <div className={styles.scroll}>
      <table className={styles.matrix} aria-label={MATRIX_TEXT.title}>
        <thead>
          <tr>
            <th scope="col">{TASKS_TEXT.revision}</th>
            {matrix.zones.map((zone) => (
              <th key={zone} scope="col">
                {zone}
              </th>
            ))}
            <th scope="col">{MATRIX_TEXT.total}</th>
          </tr>
        </thead>
        <tbody>
          {matrix.revisions.map(({ revision, counts, total, isUneven }) => (
            <tr key={revision}>
              <th scope="row">
                <span className={styles.revision} title={revision}>
                  <Mono>{revision}</Mono>
                </span>{' '}
                <Tag kind={revision === current ? 'ok' : 'idle'}>
                  {revision !== current
                    ? MATRIX_TEXT.old
                    : matrix.revisions.length > 1
                      ? MATRIX_TEXT.next
                      : MATRIX_TEXT.current}
                </Tag>
                {isUneven ? (
                  <span className={styles.uneven}>
                    <Mark kind="warning" /> {MATRIX_TEXT.uneven}
                  </span>
                ) : null}
              </th>
              {counts.map((count, index) => {
                const zone = matrix.zones[index] ?? '';
                return (
                  <td key={zone}>
                    <span className={styles.bar} style={{ width: `${(count / Math.max(1, most)) * 100}%` }} />
                    {cell(count, { revision, zone }, zone)}
                  </td>
                );
              })}
              <td>{cell(total, { revision }, MATRIX_TEXT.total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
