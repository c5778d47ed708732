import type { ReactNode } from 'react';
import styles from './button-note.module.css';
import { Mark } from './mark.tsx';

interface ButtonNoteProps {
  readonly kind: 'warning' | 'failed';
  /** Of the text, which describes the buttons. */
  readonly noteId: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** Why buttons are marked, below them. */
export function ButtonNote({ kind, noteId, children, action }: ButtonNoteProps) {
  return (
    <div className={styles.note}>
      <Mark kind={kind} />
      <span id={noteId} className={styles.reasons}>
        {children}
      </span>
      {action}
    </div>
  );
}
