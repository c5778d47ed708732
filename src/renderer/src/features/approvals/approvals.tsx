import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ApprovalRequest } from '../../../../shared/model/approval.ts';
import { useLastingWatch } from '../../lib/streams.ts';
import { Mark } from '../../ui/mark.tsx';
import styles from '../../ui/window-notice.module.css';
import { GuardedDrawer } from '../plan/guarded-drawer.tsx';
import { ApprovalView } from './approval-view.tsx';
import { APPROVALS_TEXT } from './approvals-text.ts';

/** Says that a program waits for the approval of a plan, and opens the plan. */
export function Approvals() {
  const waiting = useWaitingRequests();
  const [opened, setOpened] = useState<ApprovalRequest>();
  const [first] = waiting;
  return (
    <>
      {first === undefined ? null : (
        <div className={styles.notice}>
          <Mark kind="warning" />
          <span role="status">{APPROVALS_TEXT.asks(first)}</span>
          {waiting.length > 1 && <span>{APPROVALS_TEXT.others(waiting.length - 1)}</span>}
          <Button size="compact-xs" onClick={() => setOpened(first)}>
            {APPROVALS_TEXT.review}
          </Button>
        </div>
      )}
      <GuardedDrawer
        title={APPROVALS_TEXT.title}
        opened={opened !== undefined}
        busy={undefined}
        onClose={() => setOpened(undefined)}
      >
        {opened === undefined ? null : (
          <ApprovalView
            key={opened.id}
            request={opened}
            isOpen={waiting.some(({ id }) => id === opened.id)}
            onAnswered={() => setOpened(undefined)}
          />
        )}
      </GuardedDrawer>
    </>
  );
}

function useWaitingRequests(): readonly ApprovalRequest[] {
  const [waiting, setWaiting] = useState<readonly ApprovalRequest[]>([]);
  useLastingWatch('approvals.watch', {}, setWaiting);
  return waiting;
}
