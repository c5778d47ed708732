import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { RollbackDialog } from '../rollback/rollback-dialog.tsx';

/** Opens the plan that stops the deployment in progress and goes back to what ran before. */
export function StopButton({ service }: { readonly service: ServiceRef }) {
  const [opened, setOpened] = useState(false);
  const close = (): void => setOpened(false);
  return (
    <>
      <Button c="var(--bad)" onClick={() => setOpened(true)}>
        Stop and roll back…
      </Button>
      {/* The watch that is open goes on: it shows how ECS goes back. */}
      <RollbackDialog service={service} opened={opened} onClose={close} onStarted={close} />
    </>
  );
}
