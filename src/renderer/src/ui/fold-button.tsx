import { UnstyledButton } from '@mantine/core';
import type { Pane } from '../lib/pane.ts';
import styles from './fold-button.module.css';

interface FoldButtonProps {
  readonly pane: Pane;
  /** What the pane has, such as `accounts`. */
  readonly what: string;
}

/** Folds a pane, or opens it again. */
export function FoldButton({ pane, what }: FoldButtonProps) {
  const label = `${pane.isFolded ? 'Show' : 'Hide'} ${what}`;
  return (
    <UnstyledButton
      className={styles.button}
      aria-label={label}
      title={label}
      aria-expanded={!pane.isFolded}
      onClick={() => pane.setFolded(!pane.isFolded)}
    >
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        aria-hidden="true"
      >
        <rect x="1" y="2" width="12" height="10" rx="1.5" />
        <path d={pane.isFolded ? 'M5 2v10M7.5 5 9.5 7l-2 2' : 'M5 2v10M9.5 5 7.5 7l2 2'} />
      </svg>
    </UnstyledButton>
  );
}
