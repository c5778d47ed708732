import { Button, Group, Modal } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { DRAFT_TEXT } from './ui-text.ts';

interface LeaveGuardProps {
  /** Whether something is typed and not sent. */
  readonly isDirty: boolean;
  /** What is lost all the same, as a sentence. */
  readonly lost?: string | undefined;
}

/** Asks before a page with unsent changes is left for another one. */
export function LeaveGuard({ isDirty, lost }: LeaveGuardProps) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    // A reload restores the draft. A window that asks in its own way could not be closed on a desktop.
    enableBeforeUnload: false,
    withResolver: true,
  });
  return (
    <Modal
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={DRAFT_TEXT.leaveTitle}
      size="sm"
    >
      <p>{DRAFT_TEXT.leaveMeaning}</p>
      {lost !== undefined && <p>{lost}</p>}
      <Group justify="flex-end" gap="xs">
        <Button data-autofocus onClick={() => blocker.reset?.()}>
          {DRAFT_TEXT.stay}
        </Button>
        <Button variant="filled" onClick={() => blocker.proceed?.()}>
          {DRAFT_TEXT.leave}
        </Button>
      </Group>
    </Modal>
  );
}
