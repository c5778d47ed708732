import type { ReactNode } from 'react';
import styles from './before-after.module.css';
import { UI_TEXT } from './ui-text.ts';

interface TextProps {
  readonly children: ReactNode;
}

/** What was there before. Its place before the arrow says the same as its colour. */
export function Before({ children }: TextProps) {
  return <del className={styles.before}>{children}</del>;
}

/** What comes instead. */
export function After({ children }: TextProps) {
  return <ins className={styles.after}>{children}</ins>;
}

export function Arrow() {
  return (
    <span className={styles.arrow} role="img" aria-label={UI_TEXT.becomes}>
      →
    </span>
  );
}
