import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { Hold } from '../../../../shared/model/lock.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './lock-notice.module.css';
import { HOLD_HOURS, LOCK_TEXT } from './lock-text.ts';

const HOUR_MS = 3_600_000;
/** As long as the ledger takes it. */
const LONGEST_REASON = 300;

/** A service, or a whole cluster where none is named. */
export type HoldPlace = ClusterRef & { readonly service?: string };

interface DialogProps {
  readonly place: HoldPlace;
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Called when the ledger has the change. */
  readonly onDone: () => void;
}

/** Asks why a service or a cluster is put on hold, and for how long. */
export function PutOnHoldDialog({ place, opened, onClose, onDone }: DialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={LOCK_TEXT.title(nameOf(place))} size="sm">
      <PutOnHoldForm place={place} onCancel={onClose} onDone={onDone} />
    </Modal>
  );
}

/** Asks before a hold ends, which others may rely on. */
export function EndHoldDialog({
  place,
  hold,
  opened,
  onClose,
  onDone,
}: DialogProps & { readonly hold: Hold }) {
  return (
    <Modal opened={opened} onClose={onClose} title={LOCK_TEXT.endTitle(nameOf(place))} size="sm">
      <EndHoldForm place={place} hold={hold} onCancel={onClose} onDone={onDone} />
    </Modal>
  );
}

function nameOf({ cluster, service }: HoldPlace): string {
  return service ?? cluster;
}

interface FormProps {
  readonly place: HoldPlace;
  readonly onCancel: () => void;
  readonly onDone: () => void;
}

const DRAFT = z.object({ why: z.string(), lasts: z.string() });

function PutOnHoldForm({ place, onCancel, onDone }: FormProps) {
  const { account, region, cluster, service } = place;
  const [{ why, lasts }, setTyped, forget] = useDraft({
    key: `hold.${[account, region, cluster, service].join('/')}`,
    shape: DRAFT,
    initial: { why: '', lasts: '' },
  });
  const hold = useEngineChange('locks.hold');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (why.trim() === '') return;
    const hours = HOLD_HOURS.find(({ value }) => value === lasts)?.hours;
    const until = hours === undefined ? {} : { until: new Date(Date.now() + hours * HOUR_MS).toISOString() };
    hold.mutate(
      { ...place, why: why.trim(), ...until },
      {
        onSuccess() {
          forget();
          onDone();
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <p className={styles.about}>{LOCK_TEXT.about}</p>
        <TextInput
          label={LOCK_TEXT.why}
          placeholder={LOCK_TEXT.whyHint}
          maxLength={LONGEST_REASON}
          value={why}
          onChange={(event) => setTyped({ why: event.currentTarget.value, lasts })}
          data-autofocus
        />
        <Select
          label={LOCK_TEXT.until}
          data={HOLD_HOURS.map(({ value, label }) => ({ value, label }))}
          value={lasts}
          onChange={(value) => setTyped({ why, lasts: value ?? '' })}
          allowDeselect={false}
        />
        {hold.error === null ? null : <ErrorNotice error={hold.error} />}
        <Group justify="flex-end" gap="xs">
          <Button onClick={onCancel}>{LOCK_TEXT.cancel}</Button>
          <Button type="submit" variant="filled" disabled={why.trim() === ''} loading={hold.isPending}>
            {LOCK_TEXT.hold}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function EndHoldForm({ place, hold, onCancel, onDone }: FormProps & { readonly hold: Hold }) {
  const [why, setWhy] = useState('');
  const unhold = useEngineChange('locks.unhold');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const reason = why.trim();
    unhold.mutate({ ...place, ...(reason === '' ? {} : { why: reason }) }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <p className={styles.about}>{LOCK_TEXT.endAbout(hold)}</p>
        <TextInput
          label={LOCK_TEXT.endWhy}
          placeholder={LOCK_TEXT.endWhyHint}
          maxLength={LONGEST_REASON}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
          data-autofocus
        />
        {unhold.error === null ? null : <ErrorNotice error={unhold.error} />}
        <Group justify="flex-end" gap="xs">
          <Button onClick={onCancel}>{LOCK_TEXT.cancel}</Button>
          <Button type="submit" variant="filled" loading={unhold.isPending}>
            {LOCK_TEXT.endNow}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
