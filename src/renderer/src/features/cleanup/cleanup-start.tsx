import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { UnknownUse } from '../../../../shared/model/revision.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './cleanup-start.module.css';
import { UnknownUseFields } from './unknown-use-fields.tsx';

interface CleanupStartProps {
  readonly plan: {
    readonly id: string;
    readonly confirmation?: string | undefined;
    readonly unknown?: readonly UnknownUse[];
  };
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
  const [acknowledged, setAcknowledged] = useState<readonly string[]>([]);
  const { confirmation, unknown = [] } = plan;
  const isConfirmed =
    (confirmation === undefined || typed === confirmation) && acknowledged.length === unknown.length;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isConfirmed || start.isPending) return;
    start.mutate(
      {
        plan: plan.id,
        ...(confirmation === undefined ? {} : { confirmation: typed }),
        ...(unknown.length === 0 ? {} : { acknowledged: [...acknowledged] }),
      },
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
      <UnknownUseFields unknown={unknown} acknowledged={acknowledged} onChange={setAcknowledged} />
      {confirmation !== undefined && (
        <TextInput
          label={
            <>
              {warning} Type <b>{confirmation}</b> to continue
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
