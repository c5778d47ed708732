import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useEngineQuery } from '../../lib/queries.ts';
import { type JournalFields, RESULTS } from './journal-search.ts';

interface JournalFiltersProps {
  readonly fields: JournalFields;
  readonly onChange: (fields: JournalFields) => void;
}

/** The fields that the journal is searched by. */
export function JournalFilters({ fields, onChange }: JournalFiltersProps) {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const set = (change: Partial<JournalFields>): void => onChange({ ...fields, ...change });
  return (
    <Group gap="xs" p="8px 14px" align="end" role="search" aria-label="Journal">
      <TextInput
        label="Search"
        placeholder="service, revision, person, reason"
        value={fields.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
        w={260}
      />
      <NativeSelect
        label="Account"
        value={fields.account}
        onChange={(event) => set({ account: event.currentTarget.value })}
        data={[
          { value: '', label: 'All accounts' },
          ...(accounts.data?.accounts ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <NativeSelect
        label="Result"
        value={fields.result}
        onChange={(event) => set({ result: event.currentTarget.value })}
        data={[{ value: '', label: 'Any' }, ...RESULTS.map(({ value, label }) => ({ value, label }))]}
      />
      <TextInput
        label="Since"
        type="date"
        value={fields.since}
        onChange={(event) => set({ since: event.currentTarget.value })}
      />
    </Group>
  );
}
