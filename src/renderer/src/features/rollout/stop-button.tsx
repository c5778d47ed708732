import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { refusedProps, useServiceRefusals } from '../../lib/refusals.ts';
import { ariaShortcut } from '../../lib/shortcuts.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import { RollbackDialog } from '../rollback/rollback-dialog.tsx';
import { ROLLOUT_TEXT } from './rollout-text.ts';

/** Opens the plan that stops the deployment in progress and rolls back. */
export function StopButton({ service }: { readonly service: ServiceRef }) {
  const [opened, setOpened] = useState(false);
  const close = (): void => setOpened(false);
  const refusals = useServiceRefusals(service);
  const isRefused = refusals.isRefused('stop');
  return (
    <>
      <Button
        {...(isRefused ? {} : { c: 'var(--bad)' })}
        {...refusedProps(refusals, 'stop')}
        onClick={() => setOpened(!isRefused)}
        aria-keyshortcuts={ariaShortcut('rollback')}
      >
        {ROLLOUT_TEXT.stop}
        <KeyHint shortcut="rollback" />
      </Button>
      {/* The open watch continues and shows the rollback. */}
      <RollbackDialog service={service} opened={opened} onClose={close} onStarted={close} />
    </>
  );
}
