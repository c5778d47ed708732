import { MultiSelect } from '@mantine/core';
import type { Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './policy-form.module.css';

/** Options that are drawn at once; the search narrows thousands of families down to these. */
const SHOWN_OPTIONS = 100;

interface FamiliesSelectProps {
  readonly scope: Scope;
  readonly value: readonly string[];
  readonly onChange: (families: readonly string[]) => void;
}

/** Chooses some of the task definition families of the account and region. */
export function FamiliesSelect({ scope, value, onChange }: FamiliesSelectProps) {
  const families = useEngineQuery('families.list', { account: scope.account, region: scope.region });
  if (families.isError) return <ErrorNotice error={families.error} onRetry={() => void families.refetch()} />;

  const names = families.data?.map(({ family }) => family) ?? [];
  // A family given by the address shows at once, before the list is there.
  const options = [...value.filter((family) => !names.includes(family)), ...names];
  return (
    <MultiSelect
      className={styles.families}
      label="Families"
      placeholder={families.isPending ? 'Reading the families…' : 'Search families'}
      nothingFoundMessage="No such family with an ACTIVE revision"
      data={options}
      limit={SHOWN_OPTIONS}
      value={[...value]}
      onChange={onChange}
      searchable
      hidePickedOptions
    />
  );
}
