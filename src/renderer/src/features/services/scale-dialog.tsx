import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { PlanDialog } from '../plan/plan-dialog.tsx';

const MOST_TASKS = 5_000;

interface ScaleDialogProps {
  readonly service: ServiceRef;
  /** How many tasks are desired now. */
  readonly desired: number;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onStarted: (release: Release) => void;
}

/** Asks for the number of tasks, and then shows the plan. */
export function ScaleDialog({ service, desired, opened, onClose, onStarted }: ScaleDialogProps) {
  const [chosen, setChosen] = useState<number>();
  const close = (): void => {
    setChosen(undefined);
    onClose();
  };
  return (
    <>
      <Modal
        opened={opened && chosen === undefined}
        onClose={close}
        title={`Scale ${service.service}`}
        size="xs"
      >
        <CountForm desired={desired} onCancel={close} onChoose={setChosen} />
      </Modal>
      {chosen === undefined ? null : (
        <PlanDialog
          title={`Scale ${service.service} to ${chosen}`}
          loadPlan={{ method: 'releases.plan', input: { service, change: { desiredCount: chosen } } }}
          opened={opened}
          onClose={close}
          onStarted={onStarted}
        />
      )}
    </>
  );
}

interface CountFormProps {
  readonly desired: number;
  readonly onCancel: () => void;
  readonly onChoose: (count: number) => void;
}

function CountForm({ desired, onCancel, onChoose }: CountFormProps) {
  const [count, setCount] = useState<number | string>(desired);
  const isUsable = typeof count === 'number' && count !== desired;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isUsable) onChoose(count);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <NumberInput
          label="Desired tasks"
          description={`Currently ${desired}. Scaling does not start a deployment.`}
          min={0}
          max={MOST_TASKS}
          allowDecimal={false}
          clampBehavior="strict"
          value={count}
          onChange={setCount}
          data-autofocus
        />
        <Group justify="flex-end" gap="xs">
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={!isUsable}>
            Review changes
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
