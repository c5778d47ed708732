import { Button } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import type { SlipwayError } from '../../../../shared/errors.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { POLICY_TEXT } from './cleanup-text.ts';
import styles from './policy-form.module.css';

interface SavePolicyProps<Input> {
  /** Undefined while the form is not complete. */
  readonly input: Input | undefined;
  readonly isSaved: boolean;
  readonly change: UseMutationResult<unknown, SlipwayError, Input>;
  /** The query that reads what is saved. */
  readonly query: 'cleanup.policy' | 'cleanup.imagePolicy';
}

/** Saves what is to be kept as what the form begins with next time, for this account and region. */
export function SavePolicy<Input>({ input, isSaved, change, query }: SavePolicyProps<Input>) {
  const cache = useQueryClient();
  if (isSaved) return <span className={styles.note}>{POLICY_TEXT.isDefault}</span>;
  const keep = (): void => {
    if (input === undefined) return;
    change.mutate(input, { onSuccess: () => void cache.invalidateQueries({ queryKey: [query] }) });
  };
  return (
    <>
      <Button variant="subtle" onClick={keep} disabled={input === undefined} loading={change.isPending}>
        {POLICY_TEXT.saveAsDefault}
      </Button>
      {change.isError && <ErrorNotice error={change.error} onRetry={keep} />}
    </>
  );
}
