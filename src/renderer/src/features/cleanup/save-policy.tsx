import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { Scope } from '../../../../shared/model/account.ts';
import type { CleanupPolicy } from '../../../../shared/model/cleanup.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { keepsTheSame } from './policy-draft.ts';
import styles from './policy-form.module.css';

interface SavePolicyProps {
  readonly scope: Scope;
  readonly policy: CleanupPolicy | undefined;
  readonly saved: CleanupPolicy | undefined;
}

/** Saves what is to be kept as what the form begins with next time, for this account and region. */
export function SavePolicy({ scope, policy, saved }: SavePolicyProps) {
  const { account, region } = scope;
  const cache = useQueryClient();
  const save = useEngineChange('cleanup.savePolicy');
  if (policy !== undefined && keepsTheSame(policy, saved)) {
    return <span className={styles.note}>This is the default of the account.</span>;
  }
  const keep = (): void => {
    if (policy === undefined) return;
    save.mutate(
      { account, region, policy: { ...policy, deleteForGood: false } },
      { onSuccess: () => void cache.invalidateQueries({ queryKey: ['cleanup.policy'] }) },
    );
  };
  return (
    <>
      <Button variant="subtle" onClick={keep} disabled={policy === undefined} loading={save.isPending}>
        Save as the default of the account
      </Button>
      {save.isError && <ErrorNotice error={save.error} onRetry={keep} />}
    </>
  );
}
