import type { ReactNode } from 'react';
import styles from './rollout-section.module.css';

interface RolloutSectionProps {
  readonly title: string;
  /** At the right end of the title's line. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** One ruled-off part of a rollout, with its title. */
export function RolloutSection({ title, aside, children }: RolloutSectionProps) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.head}>
        <h3>{title}</h3>
        {aside !== undefined && <span className={styles.aside}>{aside}</span>}
      </div>
      {children}
    </section>
  );
}
