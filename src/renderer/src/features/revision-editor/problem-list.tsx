import type { RegistrationProblem } from '../../../../shared/model/registration.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { Mark } from '../../ui/mark.tsx';
import styles from './revision-editor-page.module.css';

interface ProblemListProps {
  readonly problems: readonly RegistrationProblem[];
  readonly isChecking: boolean;
  readonly onJump: (problem: RegistrationProblem) => void;
}

/** What RegisterTaskDefinition would not take; each leads to its place. */
export function ProblemList({ problems, isChecking, onJump }: ProblemListProps) {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return (
    <Card title="Problems" aside={<span role="status">{isChecking ? 'Checking' : count}</span>}>
      <CardBody>
        {problems.length === 0 ? (
          <p className={styles.soft}>Matches the ECS schema</p>
        ) : (
          <ol className={styles.list}>
            {problems.map((problem) => (
              <li key={`${problem.offset} ${problem.message}`}>
                <button type="button" className={styles.line} onClick={() => onJump(problem)}>
                  <Mark kind={problem.severity === 'error' ? 'failed' : 'warning'} />
                  <span>
                    {problem.message}
                    <span className={styles.soft}>
                      {' '}
                      line {problem.line}
                      {problem.path !== '' && `, ${problem.path}`}
                    </span>
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
