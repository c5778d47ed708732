import { Button, Group } from '@mantine/core';
import styles from './plan-failure.module.css';
import { PLAN_TEXT } from './plan-text.ts';

/** Shown when the person stopped an execution: requests that were sent cannot be undone. */
export function StoppedWaiting({ onPlanAgain }: { readonly onPlanAgain: () => void }) {
  return (
    <div className={styles.failure} role="status">
      {PLAN_TEXT.stopped}
      <Group mt="xs">
        <Button onClick={onPlanAgain}>{PLAN_TEXT.refresh}</Button>
      </Group>
    </div>
  );
}
