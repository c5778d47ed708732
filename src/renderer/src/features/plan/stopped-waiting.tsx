import { Button, Group } from '@mantine/core';
import styles from './plan-failure.module.css';

/** Said when the person stopped an execution: the calls that were sent cannot be taken back. */
export function StoppedWaiting({ onPlanAgain }: { readonly onPlanAgain: () => void }) {
  return (
    <div className={styles.failure} role="status">
      Stopped. What was sent until then stays sent: the journal has it, and the way to go on from there.
      <Group mt="xs">
        <Button onClick={onPlanAgain}>Plan again</Button>
      </Group>
    </div>
  );
}
