import { Button, Group, Modal } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useEffect } from 'react';
import { DRAFT_TEXT } from './ui-text.ts';

interface LeaveGuardProps {
  /** Whether something is typed and not sent. */
  readonly isDirty: boolean;
  /** What happens to what was typed, as a sentence. */
  readonly meaning?: string;
  /** What is lost all the same, as a sentence. */
  readonly lost?: string | undefined;
  /** Whether closing the tab loses something, because it is not kept. */
  readonly isLostOnClose?: boolean;
}

/** Asks before a page with unsent changes is left for another one. */
export function LeaveGuard({
  isDirty,
  meaning = DRAFT_TEXT.leaveMeaning,
  lost,
  isLostOnClose = false,
}: LeaveGuardProps) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    // A reload restores a draft.
    enableBeforeUnload: false,
    withResolver: true,
  });
  // A window of the desktop app that asks in this way could not be closed.
  const asksOnClose = isDirty && isLostOnClose && window.slipway === undefined;
  useEffect(() => {
    if (!asksOnClose) return;
    const onClose = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', onClose);
    return () => window.removeEventListener('beforeunload', onClose);
  }, [asksOnClose]);
  return (
    <Modal
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={DRAFT_TEXT.leaveTitle}
      size="sm"
    >
      <p>{meaning}</p>
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
