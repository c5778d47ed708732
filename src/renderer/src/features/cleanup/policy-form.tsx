import { Button, Checkbox, NumberInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { CleanupPolicy } from '../../../../shared/model/cleanup.ts';
import { FamilySelect } from './family-select.tsx';
import styles from './policy-form.module.css';

const KEEP_NEWEST = 10;
const MOST_KEPT = 10_000;

interface PolicyFormProps {
  readonly scope: Scope;
  readonly family: string | undefined;
  readonly disabled: boolean;
  readonly onPreview: (family: string, policy: CleanupPolicy) => void;
}

/** The family, how many of its newest revisions stay, and whether the rest is deleted for good. */
export function PolicyForm({ scope, family: given, disabled, onPreview }: PolicyFormProps) {
  const [family, setFamily] = useState(given);
  const [keepNewest, setKeepNewest] = useState<number | string>(KEEP_NEWEST);
  const [deleteForGood, setDeleteForGood] = useState(false);
  const valid = family !== undefined && typeof keepNewest === 'number';

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (valid && !disabled) onPreview(family, { keepNewest, deleteForGood });
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <FamilySelect scope={scope} value={family} onChange={setFamily} disabled={disabled} />
      <NumberInput
        className={styles.count}
        label="Keep the newest"
        min={1}
        max={MOST_KEPT}
        allowDecimal={false}
        value={keepNewest}
        onChange={setKeepNewest}
        disabled={disabled}
      />
      <Checkbox
        className={styles.check}
        label="Delete for good"
        description="Otherwise they stay INACTIVE."
        checked={deleteForGood}
        onChange={(event) => setDeleteForGood(event.currentTarget.checked)}
        disabled={disabled}
      />
      <Button type="submit" variant="filled" disabled={!valid || disabled}>
        Preview
      </Button>
    </form>
  );
}
