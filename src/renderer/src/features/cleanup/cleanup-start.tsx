import { Button, Checkbox, Fieldset, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { UnknownUse } from '../../../../shared/model/revision.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { type Refusals, refusedProps } from '../../lib/refusals.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import styles from './cleanup-start.module.css';
import { PREVIEW_TEXT } from './cleanup-text.ts';

interface CleanupStartProps {
  /** What AWS would refuse of it. */
  readonly refusals: Refusals;
  readonly plan: {
    readonly id: string;
    readonly confirmation?: string | undefined;
    readonly unknown?: readonly UnknownUse[];
  };
  /** Why something has to be typed. */
  readonly warning: string;
  /** The keys of what is kept of what the plan would remove. */
  readonly excluded: ReadonlySet<string>;
  /** Nothing is left to remove. */
  readonly isEmpty: boolean;
  /** What it removes and frees. */
  readonly summary: string;
  /** What the button does. */
  readonly action: string;
  readonly onStarted: () => void;
}

/** The confirmation of a clean-up. It runs in the background from then on. */
export function CleanupStart({
  refusals,
  plan,
  warning,
  excluded,
  isEmpty,
  summary,
  action,
  onStarted,
}: CleanupStartProps) {
  const [typed, setTyped] = useState('');
  const cache = useQueryClient();
  const start = useEngineChange('cleanup.start');
  const [acknowledged, setAcknowledged] = useState<readonly string[]>([]);
  const { confirmation, unknown = [] } = plan;
  const isConfirmed =
    (confirmation === undefined || typed === confirmation) && acknowledged.length === unknown.length;

  const refused = refusals.shown[0]?.change;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isConfirmed || isEmpty || refused !== undefined || start.isPending) return;
    start.mutate(
      {
        plan: plan.id,
        ...(confirmation === undefined ? {} : { confirmation: typed }),
        ...(unknown.length === 0 ? {} : { acknowledged: [...acknowledged] }),
        ...(excluded.size === 0 ? {} : { excluded: [...excluded] }),
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
      <RefusalNote refusals={refusals} />
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
      <div className={styles.line}>
        <Button
          type="submit"
          variant="filled"
          color="red"
          disabled={!isConfirmed || isEmpty}
          loading={start.isPending}
          {...(refused === undefined ? {} : refusedProps(refusals, refused))}
        >
          {isEmpty ? PREVIEW_TEXT.nothingLeft : action}
        </Button>
        <span className={styles.soft}>{summary}</span>
      </div>
    </form>
  );
}

interface UnknownUseFieldsProps {
  readonly unknown: readonly UnknownUse[];
  /** The sources that the person has looked at. */
  readonly acknowledged: readonly string[];
  readonly onChange: (acknowledged: readonly string[]) => void;
}

/** What may need any revision, each to be acknowledged by its name. */
function UnknownUseFields({ unknown, acknowledged, onChange }: UnknownUseFieldsProps) {
  if (unknown.length === 0) return null;
  return (
    <Fieldset legend={PREVIEW_TEXT.unknownUse} variant="filled" p="xs">
      {unknown.map(({ source, reason }) => (
        <Checkbox
          key={source}
          size="xs"
          my={6}
          label={PREVIEW_TEXT.checked(source, reason)}
          checked={acknowledged.includes(source)}
          onChange={({ currentTarget: { checked } }) =>
            onChange(checked ? [...acknowledged, source] : acknowledged.filter((each) => each !== source))
          }
        />
      ))}
    </Fieldset>
  );
}
