import { Button, Checkbox, CopyButton, Group, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import type { Input } from '../../../../shared/contract.ts';
import type { LedgerPlan } from '../../../../shared/model/ledger.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { UI_TEXT } from '../../ui/ui-text.ts';
import styles from './settings.module.css';
import { LEDGER_TEXT } from './settings-text.ts';

const DRAFT = z.strictObject({
  account: z.string().optional(),
  region: z.string().optional(),
  table: z.string(),
  recovery: z.boolean(),
});
const NOTHING_TYPED: z.infer<typeof DRAFT> = { table: 'slipway-ledger', recovery: false };

/** Creates the table in which a team shares its journal, after showing the calls, the policies and the cost. */
export function LedgerCard() {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const all = accounts.data?.accounts ?? [];
  const [draft, setDraft, forget] = useDraft({ key: 'ledger', shape: DRAFT, initial: NOTHING_TYPED });
  const { table, recovery } = draft;
  // A single account needs no choice.
  const account = draft.account ?? (all.length === 1 ? all[0]?.id : undefined) ?? null;
  const region = draft.region ?? all.find(({ id }) => id === account)?.region ?? '';
  const [wanted, setWanted] = useState<Input<'ledger.plan'>>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (account !== null) setWanted({ account, region: region.trim(), table: table.trim(), recovery });
  };
  return (
    <Card title={LEDGER_TEXT.title}>
      <CardBody>
        <p className={styles.file}>{LEDGER_TEXT.about}</p>
        <form className={styles.ledger} aria-label={LEDGER_TEXT.title} onSubmit={submit}>
          <Group align="end">
            <Select
              size="xs"
              label={LEDGER_TEXT.account}
              placeholder={LEDGER_TEXT.choose}
              data={all.map(({ id, name }) => ({ value: id, label: name }))}
              value={account}
              onChange={(id) => setDraft({ account: id ?? undefined, table, recovery })}
              searchable
            />
            <TextInput
              size="xs"
              label={LEDGER_TEXT.region}
              value={region}
              onChange={(event) => setDraft({ ...draft, region: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              label={LEDGER_TEXT.table}
              value={table}
              onChange={(event) => setDraft({ ...draft, table: event.currentTarget.value })}
            />
            <Checkbox
              py={6}
              label={LEDGER_TEXT.recovery}
              checked={recovery}
              onChange={(event) => setDraft({ ...draft, recovery: event.currentTarget.checked })}
            />
            <Button type="submit" size="xs" disabled={account === null}>
              {LEDGER_TEXT.plan}
            </Button>
          </Group>
        </form>
        {wanted === undefined ? null : (
          <PlannedLedger key={JSON.stringify(wanted)} wanted={wanted} onCreated={forget} />
        )}
      </CardBody>
    </Card>
  );
}

interface PlannedLedgerProps {
  readonly wanted: Input<'ledger.plan'>;
  readonly onCreated: () => void;
}

function PlannedLedger({ wanted, onCreated }: PlannedLedgerProps) {
  const read = useEngineQuery('ledger.plan', wanted, { staleMs: 60_000 });
  const create = useEngineChange('ledger.create');
  const [confirmation, setConfirmation] = useState('');
  const plan = create.data ?? read.data;
  if (plan === undefined)
    return read.error === null ? (
      <p className={styles.plain}>{LEDGER_TEXT.reading}</p>
    ) : (
      <ErrorNotice error={read.error} />
    );
  const isConfirmed = plan.confirmation === undefined || confirmation === plan.confirmation;
  return (
    <Stack gap="xs" mt="sm">
      <p className={styles.plain} role="status">
        {LEDGER_TEXT.states[plan.state]}
      </p>
      <PlanParts plan={plan} />
      {plan.calls.length === 0 ? null : (
        <Group align="end">
          {plan.confirmation === undefined ? null : (
            <TextInput
              size="xs"
              label={LEDGER_TEXT.confirm(plan.confirmation)}
              value={confirmation}
              onChange={(event) => setConfirmation(event.currentTarget.value)}
            />
          )}
          <Button
            size="xs"
            variant="filled"
            disabled={!isConfirmed}
            loading={create.isPending}
            onClick={() =>
              create.mutate(
                { ...wanted, ...(plan.confirmation === undefined ? {} : { confirmation }) },
                { onSuccess: onCreated },
              )
            }
          >
            {LEDGER_TEXT.create(plan.table)}
          </Button>
        </Group>
      )}
      {create.error === null ? null : <ErrorNotice error={create.error} />}
    </Stack>
  );
}

/** The calls, the policies and the cost. */
function PlanParts({ plan }: { readonly plan: LedgerPlan }) {
  const texts = [
    ...plan.calls.map(({ operation, input }) => [operation, input] as const),
    [LEDGER_TEXT.policyToCreate, plan.policyToCreate] as const,
    [LEDGER_TEXT.policyToUse, plan.policyToUse] as const,
  ];
  return (
    <>
      {texts.map(([title, text]) => (
        <details key={title}>
          <summary>{title}</summary>
          <pre style={{ overflowX: 'auto' }}>{text}</pre>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button size="compact-xs" onClick={copy}>
                {copied ? UI_TEXT.copied : UI_TEXT.copy(title)}
              </Button>
            )}
          </CopyButton>
        </details>
      ))}
      <p className={styles.plain}>{LEDGER_TEXT.cost(plan.cost)}</p>
    </>
  );
}
