import type { ReactNode } from 'react';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** Beside the title. */
  readonly about?: ReactNode;
  /** Buttons at the right end of the title line. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A view with its title, as the main landmark of the window. */
export function Page({ title, about, actions, children }: PageProps) {
  return (
    <main className={styles.page}>
      <div className={styles.title}>
        <h1 title={title}>{title}</h1>
        {about}
        {actions === undefined ? null : <div className={styles.aside}>{actions}</div>}
      </div>
      {children}
    </main>
  );
}
