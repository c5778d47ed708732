import { Group, NativeSelect, TextInput } from '@mantine/core';
import { JOURNAL_RESULTS, type JournalPageSearch } from '../../lib/journal-filters.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { RESULTS } from './journal-search.ts';
import { JOURNAL_TEXT } from './journal-text.ts';

interface JournalFiltersProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly search: JournalPageSearch;
  readonly onChange: (changed: JournalPageSearch) => void;
}

/** The fields that the journal is searched by. */
export function JournalFilters({ text, onText, search, onChange }: JournalFiltersProps) {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  return (
    <Group gap="xs" p="8px 14px" align="end" role="search" aria-label={JOURNAL_TEXT.title}>
      <TextInput
        label={JOURNAL_TEXT.search}
        placeholder={JOURNAL_TEXT.searchHint}
        value={text}
        maxLength={200}
        onChange={(event) => onText(event.currentTarget.value)}
        w={260}
      />
      <NativeSelect
        label={JOURNAL_TEXT.account}
        value={search.account ?? ''}
        onChange={(event) => onChange({ account: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: JOURNAL_TEXT.allAccounts },
          ...(accounts.data?.accounts ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <NativeSelect
        label={JOURNAL_TEXT.result}
        value={search.result ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ result: JOURNAL_RESULTS.find((each) => each === value) })
        }
        data={[
          { value: '', label: JOURNAL_TEXT.anyResult },
          ...RESULTS.map(({ value, label }) => ({ value, label })),
        ]}
      />
      <TextInput
        label={JOURNAL_TEXT.since}
        type="date"
        value={search.since ?? ''}
        onChange={(event) => onChange({ since: event.currentTarget.value || undefined })}
      />
    </Group>
  );
}
