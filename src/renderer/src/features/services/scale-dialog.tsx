import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Change } from '../../../../shared/model/change.ts';
import type { ExpressDetail } from '../../../../shared/model/express.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { PlanDialog } from '../plan/plan-dialog.tsx';
import { SERVICE_TEXT } from './service-text.ts';

const MOST_TASKS = 5_000;

interface ScaleDialogProps {
  readonly service: ServiceRef;
  /** How many tasks are desired now. */
  readonly desired: number;
  /** Of an Express service, whose bounds set the number of tasks. */
  readonly scaling: ExpressDetail['scaling'] | undefined;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onStarted: (release: Release) => void;
}

/** Asks for the number of tasks, or the bounds of an Express service, and then shows the plan. */
export function ScaleDialog({ service, desired, scaling, opened, onClose, onStarted }: ScaleDialogProps) {
  const [chosen, setChosen] = useState<Chosen>();
  const close = (): void => {
    setChosen(undefined);
    onClose();
  };
  return (
    <>
      <Modal
        opened={opened && chosen === undefined}
        onClose={close}
        title={SERVICE_TEXT.scale(service.service)}
        size="xs"
      >
        {scaling === undefined ? (
          <CountForm desired={desired} onCancel={close} onChoose={setChosen} />
        ) : (
          <BoundsForm scaling={scaling} onCancel={close} onChoose={setChosen} />
        )}
      </Modal>
      {chosen === undefined ? null : (
        <PlanDialog
          title={SERVICE_TEXT.scaleTo(service.service, chosen.label)}
          loadPlan={{ method: 'releases.plan', input: { service, change: chosen.change } }}
          opened={opened}
          onClose={close}
          onStarted={onStarted}
        />
      )}
    </>
  );
}

/** What is asked for, and how it is called. */
interface Chosen {
  readonly label: string;
  readonly change: Change;
}

interface CountFormProps {
  readonly desired: number;
  readonly onCancel: () => void;
  readonly onChoose: (chosen: Chosen) => void;
}

function CountForm({ desired, onCancel, onChoose }: CountFormProps) {
  const [count, setCount] = useState<number | string>(desired);
  const isUsable = typeof count === 'number' && count !== desired;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isUsable) onChoose({ label: `${count}`, change: { desiredCount: count } });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <NumberInput
          label="Desired tasks"
          description={SERVICE_TEXT.scaleHelp(desired)}
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

interface BoundsFormProps {
  readonly scaling: ExpressDetail['scaling'];
  readonly onCancel: () => void;
  readonly onChoose: (chosen: Chosen) => void;
}

/** The bounds between which ECS scales an Express service. */
function BoundsForm({ scaling, onCancel, onChoose }: BoundsFormProps) {
  const [least, setLeast] = useState<number | string>(scaling.minTaskCount ?? '');
  const [most, setMost] = useState<number | string>(scaling.maxTaskCount ?? '');
  const isOrdered = typeof least === 'number' && typeof most === 'number' && least <= most;
  const isUsable = isOrdered && (least !== scaling.minTaskCount || most !== scaling.maxTaskCount);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isUsable) return;
    onChoose({
      label: `${least} to ${most} tasks`,
      change: { scaling: { minTaskCount: least, maxTaskCount: most } },
    });
  };
  const bounds = { min: 0, max: MOST_TASKS, allowDecimal: false, clampBehavior: 'strict' } as const;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <NumberInput
          label="Minimum tasks"
          description="ECS scales an Express service between the two. Changing them starts a deployment."
          {...bounds}
          value={least}
          onChange={setLeast}
          data-autofocus
        />
        <NumberInput label="Maximum tasks" {...bounds} value={most} onChange={setMost} />
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
