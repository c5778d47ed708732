import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { z } from 'zod';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { Hold } from '../../../../shared/model/lock.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mark } from '../../ui/mark.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './lock-notice.module.css';
import { HOLD_HOURS, LOCK_TEXT } from './lock-text.ts';

/** Most locks last for seconds, and a person should see one before deploying. */
const POLL_MS = 5_000;
const HOUR_MS = 3_600_000;

type Place = ClusterRef & { readonly service?: string };

/** Who has the lock of a service, and which holds stop its changes; nothing where no ledger is set. */
export function LockNotice({ place }: { readonly place: Place }) {
  const status = useEngineQuery('locks.status', place, { pollMs: POLL_MS });
  const queries = useQueryClient();
  const unhold = useEngineChange('locks.unhold');
  const [isAsking, setAsking] = useState(false);
  const { data } = status;
  if (data === undefined || data.ledger === 'none') return null;
  const readAgain = (): void => void queries.invalidateQueries({ queryKey: ['locks.status'] });
  const { account, region, cluster, service } = place;
  const end = (ended: Place): void => unhold.mutate(ended, { onSuccess: readAgain });
  const own = service === undefined ? data.clusterHold : data.hold;
  return (
    <>
      {data.ledger === 'unavailable' ? (
        <Line>
          {LOCK_TEXT.unavailable} {data.problem}
        </Line>
      ) : null}
      {data.holder === undefined ? null : (
        <Line>
          {LOCK_TEXT.locked(data.holder)}, {LOCK_TEXT.taken} <RelativeTime at={data.holder.since} />
          {data.waiting.length === 0 ? null : `. ${LOCK_TEXT.waiting(data.waiting.length)}`}
        </Line>
      )}
      {data.clusterHold === undefined ? null : (
        <HoldLine
          what={LOCK_TEXT.cluster}
          hold={data.clusterHold}
          onEnd={() => end({ account, region, cluster })}
          isEnding={unhold.isPending}
        />
      )}
      {data.hold === undefined ? null : (
        <HoldLine
          what={LOCK_TEXT.service}
          hold={data.hold}
          onEnd={() => end(place)}
          isEnding={unhold.isPending}
        />
      )}
      {unhold.error === null ? null : <ErrorNotice error={unhold.error} />}
      {own === undefined && data.ledger === 'read' ? (
        <div>
          <Button variant="subtle" size="compact-xs" onClick={() => setAsking(true)}>
            {LOCK_TEXT.put}
          </Button>
        </div>
      ) : null}
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={LOCK_TEXT.title(service ?? cluster)}
        size="sm"
      >
        <HoldForm
          place={place}
          onCancel={() => setAsking(false)}
          onMade={() => {
            setAsking(false);
            readAgain();
          }}
        />
      </Modal>
    </>
  );
}

function Line({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className={styles.notice} data-kind="warning">
      <Mark kind="warning" />
      <p className={styles.text} role="status">
        {children}
      </p>
      {action}
    </div>
  );
}

interface HoldLineProps {
  readonly what: string;
  readonly hold: Hold;
  readonly onEnd: () => void;
  readonly isEnding: boolean;
}

function HoldLine({ what, hold, onEnd, isEnding }: HoldLineProps) {
  return (
    <Line
      action={
        <Button size="compact-sm" onClick={onEnd} loading={isEnding}>
          {LOCK_TEXT.end}
        </Button>
      }
    >
      {LOCK_TEXT.held(what, hold)} <RelativeTime at={hold.since} />: {hold.why}
      {hold.until === undefined ? null : (
        <>
          , {LOCK_TEXT.heldUntil} <time dateTime={hold.until}>{new Date(hold.until).toLocaleString()}</time>
        </>
      )}
    </Line>
  );
}

const HOLD = z.object({ why: z.string(), lasts: z.string() });

interface HoldFormProps {
  readonly place: Place;
  readonly onCancel: () => void;
  readonly onMade: () => void;
}

function HoldForm({ place, onCancel, onMade }: HoldFormProps) {
  const { account, region, cluster, service } = place;
  const [{ why, lasts }, setTyped, forget] = useDraft({
    key: `hold.${[account, region, cluster, service].join('/')}`,
    shape: HOLD,
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
          onMade();
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={LOCK_TEXT.why}
          placeholder={LOCK_TEXT.whyHint}
          maxLength={300}
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
