import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTimeText } from '../../lib/clock.ts';
import { Mark } from '../../ui/mark.tsx';
import { ROLLOUT_TEXT } from './rollout-text.ts';
import styles from './time-limit.module.css';
import type { TimeLimit } from './time-limit.ts';

interface TimeLimitWarningProps {
  readonly limit: TimeLimit;
  /** The button that rolls back, while that is possible. */
  readonly stop: ReactNode;
}

/** Says that a deployment takes longer than the limit, with buttons to wait and to roll back. */
export function TimeLimitWarning({ limit, stop }: TimeLimitWarningProps) {
  const warning = useTimeText(limit.warningAt);
  if (warning === '') return null;
  return (
    <section className={styles.warning} aria-label={ROLLOUT_TEXT.tooLong} role="alert">
      <Mark kind="warning" label={ROLLOUT_TEXT.warning} />
      <span className={styles.text}>{warning}</span>
      <Button onClick={() => limit.keepWaiting(Date.now())}>{ROLLOUT_TEXT.keepWaiting}</Button>
      {stop}
    </section>
  );
}
