import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useEngineQuery } from '../../lib/queries.ts';
import { type JournalFields, RESULTS } from './journal-search.ts';
import { JOURNAL_TEXT } from './journal-text.ts';

interface JournalFiltersProps {
  readonly fields: JournalFields;
  readonly onChange: (fields: JournalFields) => void;
}

/** The fields that the journal is searched by. */
export function JournalFilters({ fields, onChange }: JournalFiltersProps) {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const set = (change: Partial<JournalFields>): void => onChange({ ...fields, ...change });
  return (
    <Group gap="xs" p="8px 14px" align="end" role="search" aria-label={JOURNAL_TEXT.title}>
      <TextInput
        label={JOURNAL_TEXT.search}
        placeholder={JOURNAL_TEXT.searchHint}
        value={fields.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
        w={260}
      />
      <NativeSelect
        label={JOURNAL_TEXT.account}
        value={fields.account}
        onChange={(event) => set({ account: event.currentTarget.value })}
        data={[
          { value: '', label: JOURNAL_TEXT.allAccounts },
          ...(accounts.data?.accounts ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <NativeSelect
        label={JOURNAL_TEXT.result}
        value={fields.result}
        onChange={(event) => set({ result: event.currentTarget.value })}
        data={[
          { value: '', label: JOURNAL_TEXT.anyResult },
          ...RESULTS.map(({ value, label }) => ({ value, label })),
        ]}
      />
      <TextInput
        label={JOURNAL_TEXT.since}
        type="date"
        value={fields.since}
        onChange={(event) => set({ since: event.currentTarget.value })}
      />
    </Group>
  );
}
