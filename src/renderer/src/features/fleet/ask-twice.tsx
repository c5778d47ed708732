import { Button, Group, Modal } from '@mantine/core';
import styles from './fleet.module.css';

interface AskTwiceProps {
  /** What is asked, or nothing while nothing is. */
  readonly question: Question | undefined;
  readonly onClose: () => void;
}

export interface Question {
  readonly title: string;
  /** What it means, with how many services. */
  readonly meaning: string;
  readonly action: string;
  readonly act: () => void;
}

/** Asks a second time before many services are changed. Enter alone cancels. */
export function AskTwice({ question, onClose }: AskTwiceProps) {
  return (
    <Modal opened={question !== undefined} onClose={onClose} title={question?.title} size="sm">
      <p className={styles.question}>{question?.meaning}</p>
      <Group justify="flex-end" gap="xs">
        <Button data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant="filled"
          color="red"
          onClick={() => {
            question?.act();
            onClose();
          }}
        >
          {question?.action}
        </Button>
      </Group>
    </Modal>
  );
}
