import { Button, Drawer, Group, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import styles from './guarded-drawer.module.css';
import { PLAN_TEXT } from './plan-text.ts';

interface GuardedDrawerProps {
  readonly title: ReactNode;
  readonly opened: boolean;
  /** A sentence about what is running, if anything is: closing asks before it ends it. */
  readonly busy: string | undefined;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A full-height dialog at the right edge. Escape closes it, but not over something that is running. */
export function GuardedDrawer({ title, opened, busy, onClose, children }: GuardedDrawerProps) {
  const [asking, setAsking] = useState(false);
  const close = (): void => {
    setAsking(false);
    onClose();
  };
  return (
    <>
      <Drawer
        opened={opened}
        onClose={() => (busy === undefined ? close() : setAsking(true))}
        title={title}
        position="right"
        size={760}
        classNames={{ content: styles.content, body: styles.body, title: styles.title }}
        closeButtonProps={{ 'aria-label': PLAN_TEXT.close }}
      >
        {children}
      </Drawer>
      <Modal
        opened={opened && asking && busy !== undefined}
        onClose={() => setAsking(false)}
        title={PLAN_TEXT.stopTitle}
        size="sm"
        zIndex={400}
      >
        <p className={styles.question}>{busy}</p>
        <Group justify="flex-end" gap="xs">
          <Button data-autofocus onClick={() => setAsking(false)}>
            {PLAN_TEXT.keepRunning}
          </Button>
          <Button variant="filled" color="red" onClick={close}>
            {PLAN_TEXT.stopAndClose}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
