import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Change } from '../../../../shared/model/change.ts';
import type { ExpressDetail } from '../../../../shared/model/express.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceRef, ServiceScaling } from '../../../../shared/model/service.ts';
import { PlanDialog } from '../plan/plan-dialog.tsx';
import { forgetScale, recallScale, rememberScale, sendScale, type TypedNumbers } from './scale-draft.ts';
import { SERVICE_TEXT } from './service-text.ts';

const MOST_TASKS = 5_000;

interface ScaleDialogProps {
  readonly service: ServiceRef;
  /** How many tasks are desired now. */
  readonly desired: number;
  /** Where Application Auto Scaling scales the service. */
  readonly range: ServiceScaling | undefined;
  /** Of an Express service, whose bounds set the number of tasks. */
  readonly scaling: ExpressDetail['scaling'] | undefined;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onStarted: (release: Release) => void;
}

/** Asks for the number of tasks, or the bounds of an Express service, and then shows the plan. */
export function ScaleDialog({
  service,
  desired,
  range,
  scaling,
  opened,
  onClose,
  onStarted,
}: ScaleDialogProps) {
  const [chosen, setChosen] = useState<Chosen>();
  // What is typed stays for the next time; Cancel discards it.
  const close = (): void => {
    setChosen(undefined);
    onClose();
  };
  const cancel = (): void => {
    forgetScale(service);
    close();
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
          <CountForm
            service={service}
            desired={desired}
            range={range}
            onCancel={cancel}
            onChoose={setChosen}
          />
        ) : (
          <BoundsForm service={service} scaling={scaling} onCancel={cancel} onChoose={setChosen} />
        )}
      </Modal>
      {chosen === undefined ? null : (
        <PlanDialog
          title={SERVICE_TEXT.scaleTo(service.service, chosen.label)}
          loadPlan={{ method: 'releases.plan', input: { service, change: chosen.change } }}
          opened={opened}
          onClose={close}
          onSending={(plan) => sendScale(service, plan)}
          onStarted={(release) => {
            forgetScale(service);
            onStarted(release);
          }}
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
  readonly service: ServiceRef;
  readonly desired: number;
  readonly range: ServiceScaling | undefined;
  readonly onCancel: () => void;
  readonly onChoose: (chosen: Chosen) => void;
}

function CountForm({ service, desired, range, onCancel, onChoose }: CountFormProps) {
  const [count, setCount] = useState<number | string>(() => recallScale(service, 1)?.[0] ?? desired);
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
          description={SERVICE_TEXT.scaleHelp(desired, range)}
          min={0}
          max={MOST_TASKS}
          allowDecimal={false}
          clampBehavior="strict"
          value={count}
          onChange={(next) => {
            setCount(next);
            rememberScale(service, [next]);
          }}
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
  readonly service: ServiceRef;
  readonly scaling: ExpressDetail['scaling'];
  readonly onCancel: () => void;
  readonly onChoose: (chosen: Chosen) => void;
}

/** The bounds between which ECS scales an Express service. */
function BoundsForm({ service, scaling, onCancel, onChoose }: BoundsFormProps) {
  const [typed, setTyped] = useState<TypedNumbers>(
    () => recallScale(service, 2) ?? [scaling.minTaskCount ?? '', scaling.maxTaskCount ?? ''],
  );
  const [least = '', most = ''] = typed;
  const change = (next: TypedNumbers): void => {
    setTyped(next);
    rememberScale(service, next);
  };
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
          onChange={(next) => change([next, most])}
          data-autofocus
        />
        <NumberInput
          label="Maximum tasks"
          {...bounds}
          value={most}
          onChange={(next) => change([least, next])}
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
