import type { ReactNode } from 'react';
import styles from './plan-section.module.css';

interface PlanSectionProps {
  readonly title?: string;
  /** What stands at the end of the title's line: a count, or a small action. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** One ruled-off part of a plan, with its title and a remark beside it. */
export function PlanSection({ title, aside, children }: PlanSectionProps) {
  return (
    <section className={styles.section}>
      {title !== undefined && (
        <div className={styles.head}>
          <h3>{title}</h3>
          {aside !== undefined && <span className={styles.aside}>{aside}</span>}
        </div>
      )}
      {children}
    </section>
  );
}
