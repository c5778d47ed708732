import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTimeText } from '../../lib/clock.ts';
import { Mark } from '../../ui/mark.tsx';
import styles from './time-limit.module.css';
import type { TimeLimit } from './time-limit.ts';

interface TimeLimitWarningProps {
  readonly limit: TimeLimit;
  /** The way back, while there is one. */
  readonly stop: ReactNode;
}

/** That a deployment takes longer than the person wanted, and what can be done: to wait, or to go back. */
export function TimeLimitWarning({ limit, stop }: TimeLimitWarningProps) {
  const warning = useTimeText(limit.warningAt);
  if (warning === '') return null;
  return (
    <section className={styles.warning} aria-label="Time limit exceeded" role="alert">
      <Mark kind="warning" label="Warning" />
      <span className={styles.text}>{warning}</span>
      <Button onClick={() => limit.keepWaiting(Date.now())}>Keep waiting</Button>
      {stop}
    </section>
  );
}
