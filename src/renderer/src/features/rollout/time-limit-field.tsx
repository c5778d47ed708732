import { NumberInput } from '@mantine/core';
import { useId } from 'react';
import { ROLLOUT_TEXT } from './rollout-text.ts';
import styles from './time-limit.module.css';
import { MOST_MINUTES, type TimeLimit } from './time-limit.ts';

/** After how many minutes a deployment counts as slow; empty for never. */
export function TimeLimitField({ limit }: { readonly limit: TimeLimit }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{ROLLOUT_TEXT.warnAfter}</label>
      <NumberInput
        id={id}
        size="xs"
        w={84}
        placeholder={ROLLOUT_TEXT.never}
        value={limit.minutes ?? ''}
        onChange={(value) => limit.set(typeof value === 'number' && value >= 1 ? value : undefined)}
        min={1}
        max={MOST_MINUTES}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="strict"
        suffix={ROLLOUT_TEXT.minutes}
      />
    </div>
  );
}
