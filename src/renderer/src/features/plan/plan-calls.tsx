import type { Plan } from '../../../../shared/model/plan.ts';
import styles from './plan-calls.module.css';
import { PlanSection } from './plan-section.tsx';

/** The calls that will be sent, in their order. */
export function PlanCalls({ plan }: { readonly plan: Plan }) {
  if (plan.calls.length === 0) return null;
  return (
    <PlanSection title="Calls">
      <ol className={styles.calls}>
        {plan.calls.map(({ operation, target }) => (
          <li key={`${operation} ${target}`}>
            {operation} {target}
          </li>
        ))}
      </ol>
    </PlanSection>
  );
}
