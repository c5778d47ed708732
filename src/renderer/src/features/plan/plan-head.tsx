import type { Plan } from '../../../../shared/model/plan.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './plan-head.module.css';
import { baseLabel, whereLabel } from './plan-text.ts';

/** What is planned, where, and what the plan was based on. */
export function PlanHead({ plan }: { readonly plan: Plan }) {
  return (
    <div className={styles.head}>
      <h2 className={styles.title}>{plan.title}</h2>
      <p className={styles.where}>
        {whereLabel(plan)}. {baseLabel(plan)}
        {plan.base.deployedAt !== undefined && (
          <>
            , deployed <RelativeTime at={plan.base.deployedAt} />
          </>
        )}
        .
      </p>
    </div>
  );
}
