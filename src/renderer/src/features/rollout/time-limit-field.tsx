import { useId } from 'react';
import { MinutesField } from '../../ui/minutes-field.tsx';
import { ROLLOUT_TEXT } from './rollout-text.ts';
import styles from './time-limit.module.css';
import type { TimeLimit } from './time-limit.ts';

/** After how many minutes a deployment counts as slow; empty for never. */
export function TimeLimitField({ limit }: { readonly limit: TimeLimit }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{ROLLOUT_TEXT.warnAfter}</label>
      <MinutesField id={id} value={limit.minutes} placeholder={ROLLOUT_TEXT.never} onChange={limit.set} />
    </div>
  );
}
