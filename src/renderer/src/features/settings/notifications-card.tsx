import { Button, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Settings } from '../../../../shared/model/settings.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { setWarnAfter, useWarnAfter } from '../../lib/warn-after.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ErrorNotice, ErrorPage } from '../../ui/error-notice.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { MinutesField } from '../../ui/minutes-field.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ChoiceField } from './choice-field.tsx';
import styles from './settings.module.css';
import { NOTICES_TEXT } from './settings-text.ts';

/** Who is told when a job has ended. */
export function NotificationsCard() {
  const settings = useEngineQuery('settings.read', {}, { pollMs: 10_000 });
  return (
    <Card title={NOTICES_TEXT.title}>
      {settings.data ? (
        <CardBody>
          <Notifications {...settings.data} />
        </CardBody>
      ) : settings.error ? (
        <ErrorPage error={settings.error} onRetry={() => void settings.refetch()} />
      ) : (
        <LoadingRows what="the settings" rows={3} height={32} />
      )}
    </Card>
  );
}

/** When a deployment is slow. It is kept in the window, and the card of a deployment has the same field. */
function WarnAfter() {
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{NOTICES_TEXT.warnAfter}</label>
      <MinutesField id={id} value={useWarnAfter()} placeholder={NOTICES_TEXT.never} onChange={setWarnAfter} />
    </div>
  );
}

function Notifications({ notifications, problem }: Settings) {
  const { desktop, webhook, webhookPlaces, desktopAvailable, webhookAddress } = notifications;
  const change = useEngineChange('settings.change');
  const keep = useKeepSettings();
  const set = (next: Parameters<typeof change.mutate>[0]): void => change.mutate(next, { onSuccess: keep });
  return (
    <div className={styles.fields}>
      {problem === undefined ? null : (
        <p className={styles.failure} role="alert">
          {problem}
        </p>
      )}
      <WarnAfter />
      <ChoiceField
        label={NOTICES_TEXT.desktop}
        options={NOTICES_TEXT.filters}
        value={desktop}
        isDisabled={!desktopAvailable}
        onChange={(next) => set({ desktop: next })}
      />
      {desktopAvailable ? null : <p className={styles.file}>{NOTICES_TEXT.noDesktop}</p>}
      <WebhookAddress notifications={notifications} />
      {webhookAddress === undefined ? null : (
        <>
          <ChoiceField
            label={NOTICES_TEXT.webhook}
            options={NOTICES_TEXT.filters}
            value={webhook}
            onChange={(next) => set({ webhook: next })}
          />
          <ChoiceField
            label={NOTICES_TEXT.places}
            options={NOTICES_TEXT.placeKinds}
            value={webhookPlaces}
            onChange={(next) => set({ webhookPlaces: next })}
          />
        </>
      )}
      {change.error ? <ErrorNotice error={change.error} /> : null}
    </div>
  );
}

function WebhookAddress({ notifications }: Pick<Settings, 'notifications'>) {
  const { webhookAddress, webhookFailure } = notifications;
  const [isReplaced, setIsReplaced] = useState(false);
  const keep = useKeepSettings();
  const remove = useEngineChange('settings.removeWebhook');
  const test = useEngineChange('settings.testWebhook');
  const cache = useQueryClient();
  if (webhookAddress === undefined || isReplaced) {
    return (
      <AddressForm
        onDone={() => {
          setIsReplaced(false);
          test.reset();
        }}
        isReplaced={isReplaced}
      />
    );
  }
  return (
    <>
      <div className={styles.line}>
        <span className={styles.grow}>{NOTICES_TEXT.setUp(webhookAddress.host, webhookAddress.ending)}</span>
        <Button
          loading={test.isPending}
          onClick={() =>
            test.mutate(
              {},
              { onSettled: () => void cache.invalidateQueries({ queryKey: ['settings.read'] }) },
            )
          }
        >
          {NOTICES_TEXT.test}
        </Button>
        <Button onClick={() => setIsReplaced(true)}>{NOTICES_TEXT.replace}</Button>
        <Button color="red" variant="subtle" onClick={() => remove.mutate({}, { onSuccess: keep })}>
          {NOTICES_TEXT.remove}
        </Button>
      </div>
      {test.isSuccess ? <p role="status">{NOTICES_TEXT.tested}</p> : null}
      {test.error ? <ErrorNotice error={test.error} /> : null}
      {remove.error ? <ErrorNotice error={remove.error} /> : null}
      {webhookFailure === undefined || test.error ? null : (
        <p className={styles.failure} role="alert">
          {NOTICES_TEXT.failure(webhookFailure.sentence)} <RelativeTime at={webhookFailure.at} />
        </p>
      )}
    </>
  );
}

interface AddressFormProps {
  readonly isReplaced: boolean;
  readonly onDone: () => void;
}

/** The address goes to the engine once, and nothing of it is kept here. */
function AddressForm({ isReplaced, onDone }: AddressFormProps) {
  const [address, setAddress] = useState('');
  const save = useEngineChange('settings.setWebhook');
  const keep = useKeepSettings();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate(
      { address },
      {
        onSuccess: (settings) => {
          keep(settings);
          onDone();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className={styles.fields}>
      <LeaveGuard isDirty={address.trim() !== ''} meaning={NOTICES_TEXT.addressNotStored} isLostOnClose />
      <PasswordInput
        size="xs"
        label={NOTICES_TEXT.address}
        description={NOTICES_TEXT.about}
        placeholder={NOTICES_TEXT.addressHelp}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
      <div className={styles.line}>
        <Button type="submit" disabled={address.trim() === ''} loading={save.isPending}>
          {NOTICES_TEXT.save}
        </Button>
        {isReplaced ? <Button onClick={onDone}>{NOTICES_TEXT.cancel}</Button> : null}
      </div>
      {save.error ? <ErrorNotice error={save.error} /> : null}
    </form>
  );
}

/** What a change answers is what the page shows. */
function useKeepSettings(): (settings: Settings) => void {
  const cache = useQueryClient();
  return (settings) => cache.setQueryData(['settings.read', {}], settings);
}
