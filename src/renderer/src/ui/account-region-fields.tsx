import { Autocomplete, Select } from '@mantine/core';
import type { Scope } from '../../../shared/model/account.ts';
import { REGIONS } from '../../../shared/regions.ts';
import { useEngineQuery } from '../lib/queries.ts';
import { allUnlessTyped } from './options-filter.ts';
import { UI_TEXT } from './ui-text.ts';

interface AccountRegionFieldsProps {
  readonly scope: Scope;
  readonly onChange: (scope: Scope) => void;
  /** `Account` by default. */
  readonly accountLabel?: string;
}

/**
 * Chooses an account and a region. An account that is chosen brings its own region along. A dialog opens with the focus on
 * the account.
 */
export function AccountRegionFields({ scope, onChange, accountLabel }: AccountRegionFieldsProps) {
  const { account, region } = scope;
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  return (
    <>
      <Select
        label={accountLabel ?? UI_TEXT.account}
        data={(accounts.data?.accounts ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={account}
        onChange={(id) => {
          const chosen = accounts.data?.accounts.find((each) => each.id === id);
          if (chosen) onChange({ account: chosen.id, region: chosen.region ?? region });
        }}
        allowDeselect={false}
        searchable
        // The list would cover the dialog that has just opened.
        openOnFocus={false}
        data-autofocus
      />
      <Autocomplete
        size="xs"
        label={UI_TEXT.region}
        data={[...REGIONS]}
        filter={allUnlessTyped}
        value={region}
        onChange={(text) => onChange({ account, region: text.trim() })}
      />
    </>
  );
}
