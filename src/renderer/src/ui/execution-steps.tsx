import { assertNever } from '../../../shared/assert-never.ts';
import type { ReleaseStep } from '../../../shared/model/plan.ts';
import styles from './execution-steps.module.css';
import { PlanSection } from './plan-section.tsx';
import { UI_TEXT } from './ui-text.ts';

/** The calls of an execution as they are sent and answered. */
export function ExecutionSteps({ steps }: { readonly steps: readonly ReleaseStep[] }) {
  if (steps.length === 0) return null;
  return (
    <PlanSection title={UI_TEXT.requests}>
      <ol className={styles.steps} aria-live="polite">
        {steps.map((step) => (
          <li key={`${step.operation} ${step.at}`} className={styles.step} data-state={step.state}>
            <span className={styles.operation}>{step.operation}</span>
            <span className={styles.state}>{stateLabel(step.state)}</span>
            {step.result !== undefined && <span>{step.result}</span>}
          </li>
        ))}
      </ol>
    </PlanSection>
  );
}

function stateLabel(state: ReleaseStep['state']): string {
  switch (state) {
    case 'sent':
      return 'sent, waiting for the response';
    case 'done':
      return 'done';
    case 'failed':
      return 'failed';
    default:
      return assertNever(state);
  }
}
