import { Button, Group } from '@mantine/core';
import styles from './plan-failure.module.css';

/** Said when the person stopped an execution: the calls that were sent cannot be taken back. */
export function StoppedWaiting({ onPlanAgain }: { readonly onPlanAgain: () => void }) {
  return (
    <div className={styles.failure} role="status">
      Stopped. Requests already sent are not undone. See the journal to continue.
      <Group mt="xs">
        <Button onClick={onPlanAgain}>Refresh</Button>
      </Group>
    </div>
  );
}
