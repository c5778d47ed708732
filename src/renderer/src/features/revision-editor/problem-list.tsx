import type { RegistrationProblem } from '../../../../shared/model/registration.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { Mark } from '../../ui/mark.tsx';
import styles from './revision-editor-page.module.css';
import { EDITOR_TEXT } from './revision-editor-text.ts';

interface ProblemListProps {
  readonly problems: readonly RegistrationProblem[];
  readonly isChecking: boolean;
  readonly onJump: (problem: RegistrationProblem) => void;
}

/** What RegisterTaskDefinition would not take; each leads to its place. */
export function ProblemList({ problems, isChecking, onJump }: ProblemListProps) {
  return (
    <Card
      title={EDITOR_TEXT.problems}
      aside={
        <span role="status">
          {isChecking ? EDITOR_TEXT.checking : EDITOR_TEXT.problemCount(problems.length)}
        </span>
      }
    >
      <CardBody>
        {problems.length === 0 ? (
          <p className={styles.soft}>{EDITOR_TEXT.valid}</p>
        ) : (
          <ol className={styles.list}>
            {problems.map((problem) => (
              <li key={`${problem.offset} ${problem.message}`}>
                <button type="button" className={styles.line} onClick={() => onJump(problem)}>
                  <Mark kind={problem.severity === 'error' ? 'failed' : 'warning'} />
                  <span>
                    {problem.message}
                    <span className={styles.soft}> {EDITOR_TEXT.line(problem.line, problem.path)}</span>
                  </span>
                </button>
              </li>
            ))}
          </ol>
        )}
      </CardBody>
    </Card>
  );
}
