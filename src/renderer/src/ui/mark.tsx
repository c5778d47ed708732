import type { ReactNode } from 'react';
import styles from './mark.module.css';

export type MarkKind = 'ok' | 'progress' | 'failed' | 'rolled-back' | 'warning' | 'drifted' | 'idle';

const SHAPES: Readonly<Record<MarkKind, ReactNode>> = {
  ok: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  progress: (
    <>
      <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 3.2A2.8 2.8 0 0 1 6 8.8Z" fill="currentColor" />
    </>
  ),
  failed: <path d="M2 2 10 10M10 2 2 10" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  'rolled-back': (
    <path
      d="M4.5 1.5 1.5 4.5 4.5 7.5M2 4.5H8a2.5 2.5 0 0 1 0 5.5H5"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  drifted: (
    <path
      d="M1.5 4.2H10.5M1.5 7.8H10.5M8 1.5 4 10.5"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
    />
  ),
  warning: (
    <path d="M6 1 11 10.5H1Z" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
  ),
  idle: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />,
};

/** The shape of a state, so that the colour is never alone. Where a word stands beside it, leave the label out. */
export function Mark({ kind, label }: { readonly kind: MarkKind; readonly label?: string }) {
  const name =
    label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label, title: label };
  return (
    <span className={`${styles.mark} ${styles[kind]}`} {...name}>
      <svg width="11" height="11" viewBox="0 0 12 12" aria-hidden="true">
        {SHAPES[kind]}
      </svg>
    </span>
  );
}
