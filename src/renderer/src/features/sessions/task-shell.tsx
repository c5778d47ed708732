import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { SESSIONS_TEXT } from './sessions-text.ts';
import { ShellDrawer } from './shell-drawer.tsx';

interface TaskShellProps {
  readonly service: ServiceRef;
  readonly task: Task;
  readonly size?: 'compact-xs' | 'xs';
}

/** The button of a running task that opens its shell and its ports. */
export function TaskShell({ service, task, size = 'compact-xs' }: TaskShellProps) {
  const [isOpen, setOpen] = useState(false);
  // A drawer that is open stays with what it says when the task stops.
  if (task.lastStatus !== 'RUNNING' && !isOpen) return null;
  const { account, region, cluster } = service;
  const id = task.id.slice(0, 12);
  return (
    <>
      <Button size={size} aria-label={SESSIONS_TEXT.openOf(id)} onClick={() => setOpen(true)}>
        {SESSIONS_TEXT.open}
      </Button>
      {isOpen ? (
        <ShellDrawer
          task={{ account, region, cluster, task: task.id }}
          service={service}
          title={SESSIONS_TEXT.title(id)}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}
