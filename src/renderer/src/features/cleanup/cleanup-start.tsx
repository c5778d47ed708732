import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { CleanupPlan } from '../../../../shared/model/cleanup.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './cleanup-start.module.css';

interface CleanupStartProps {
  readonly plan: CleanupPlan;
  readonly onStarted: () => void;
}

/** The confirmation of a clean-up. It runs in the background from then on. */
export function CleanupStart({ plan, onStarted }: CleanupStartProps) {
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
              {warning(plan)} Type <b>{confirmation}</b> to go on
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
        {actionWords(plan)}
      </Button>
    </form>
  );
}

function warning({ policy, environment }: CleanupPlan): string {
  const where = environment === 'production' ? 'This is production. ' : '';
  return policy.deleteForGood ? `${where}What is deleted cannot be brought back.` : where.trim();
}

function actionWords({ removing, policy }: CleanupPlan): string {
  const revisions = removing === 1 ? '1 revision' : `${removing} revisions`;
  return policy.deleteForGood ? `Delete ${revisions} for good` : `Deregister ${revisions}`;
}
