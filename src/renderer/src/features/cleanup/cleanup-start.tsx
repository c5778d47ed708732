import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useEngineChange } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './cleanup-start.module.css';

interface CleanupStartProps {
  readonly plan: { readonly id: string; readonly confirmation?: string | undefined };
  /** Why something has to be typed. */
  readonly warning: string;
  /** What the button does. */
  readonly action: string;
  readonly onStarted: () => void;
}

/** The confirmation of a clean-up. It runs in the background from then on. */
export function CleanupStart({ plan, warning, action, onStarted }: CleanupStartProps) {
  const [typed, setTyped] = useState('');
  const cache = useQueryClient();
  const start = useEngineChange('cleanup.start');
  const { confirmation } = plan;
  const isConfirmed = confirmation === undefined || typed === confirmation;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isConfirmed || start.isPending) return;
    start.mutate(
      { plan: plan.id, ...(confirmation === undefined ? {} : { confirmation: typed }) },
      {
        onSuccess() {
          void cache.invalidateQueries({ queryKey: ['cleanup.jobs'] });
          onStarted();
        },
      },
    );
  };

  return (
    <form className={styles.start} onSubmit={submit}>
      {start.isError && <ErrorNotice error={start.error} />}
      {confirmation !== undefined && (
        <TextInput
          label={
            <>
              {warning} Type <b>{confirmation}</b> to go on
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          w={420}
        />
      )}
      <Button type="submit" variant="filled" color="red" disabled={!isConfirmed} loading={start.isPending}>
        {action}
      </Button>
    </form>
  );
}
