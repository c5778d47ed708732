import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineStream } from '../../lib/streams.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LOCK_TEXT } from './lock-text.ts';

interface WaitForLockProps {
  readonly service: ServiceRef;
  /** Called when it is our turn. A new plan is needed then, because the release before has changed the service. */
  readonly onTurn: () => void;
}

/** Waits in the queue of a lock and shows the position in it, until it is our turn or the person leaves. */
export function WaitForLock({ service, onTurn }: WaitForLockProps) {
  const [place, setPlace] = useState<{ readonly position: number; readonly waiting: number }>();
  const queue = useEngineStream('locks.wait', { onEvent: setPlace });
  const wait = async (): Promise<void> => {
    setPlace(undefined);
    if ((await queue.start(service)) !== undefined) onTurn();
  };
  if (queue.current.state === 'running') {
    return (
      <Group gap="xs">
        <span role="status">{LOCK_TEXT.place(place?.position ?? 1, place?.waiting ?? 1)}</span>
        <Button onClick={queue.cancel}>{LOCK_TEXT.leave}</Button>
      </Group>
    );
  }
  return (
    <>
      <Button variant="filled" onClick={() => void wait()}>
        {LOCK_TEXT.wait}
      </Button>
      {queue.current.state === 'failed' ? <ErrorNotice error={queue.current.error} /> : null}
    </>
  );
}
