import type { ReactNode } from 'react';
import { Mark, type MarkKind } from './mark.tsx';
import styles from './tag.module.css';

/** A word or two about a thing; its colour is the state. */
export function Tag({ kind, children }: { readonly kind: MarkKind; readonly children: ReactNode }) {
  return <span className={`${styles.tag} ${styles[kind]}`}>{children}</span>;
}

/** A state in a word, with its shape before it. */
export function StateTag({ kind, children }: { readonly kind: MarkKind; readonly children: ReactNode }) {
  return (
    <Tag kind={kind}>
      <Mark kind={kind} />
      {children}
    </Tag>
  );
}
