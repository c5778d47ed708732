import { Select } from '@mantine/core';
import type { Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

/** Options that are drawn at once; the search narrows thousands of families down to these. */
const SHOWN_OPTIONS = 100;

interface FamilySelectProps {
  readonly scope: Scope;
  readonly value: string | undefined;
  readonly onChange: (family: string) => void;
  readonly disabled: boolean;
}

/** Chooses one of the task definition families of the account and region. */
export function FamilySelect({ scope, value, onChange, disabled }: FamilySelectProps) {
  const families = useEngineQuery('families.list', { account: scope.account, region: scope.region });
  if (families.isError) return <ErrorNotice error={families.error} onRetry={() => void families.refetch()} />;

  const names = families.data?.map(({ family }) => family) ?? [];
  // A family given by the address shows at once, before the list is there.
  const options = value === undefined || names.includes(value) ? names : [value, ...names];
  return (
    <Select
      label="Family"
      placeholder={families.isPending ? 'Reading the families…' : 'Search families'}
      nothingFoundMessage="No such family with an ACTIVE revision"
      data={options}
      limit={SHOWN_OPTIONS}
      value={value ?? null}
      onChange={(next) => {
        if (next !== null) onChange(next);
      }}
      disabled={disabled}
      searchable
      allowDeselect={false}
      w={260}
    />
  );
}
