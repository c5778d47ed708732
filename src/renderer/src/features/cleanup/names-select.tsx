import { MultiSelect } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useRepositories } from '../images/repository-select.tsx';
import { POLICY_TEXT } from './cleanup-text.ts';
import styles from './policy-form.module.css';

/** Options that are drawn at once; the search narrows thousands of names down to these. */
const SHOWN_OPTIONS = 100;

interface NamesProps {
  readonly scope: Scope;
  readonly value: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}

/** Chooses some of the task definition families of the account and region. */
export function FamiliesSelect({ scope: { account, region }, ...props }: NamesProps) {
  const families = useEngineQuery('families.list', { account, region });
  const names = families.data?.map(({ family }) => family);
  return (
    <NamesSelect
      {...props}
      listed={families}
      names={names}
      label={POLICY_TEXT.families}
      things="families"
      nothingFound={POLICY_TEXT.noMatchingFamily}
    />
  );
}

/** Chooses some of the ECR repositories of the account and region. */
export function RepositoriesSelect({ scope, ...props }: NamesProps) {
  const repositories = useRepositories(scope);
  const names = repositories.data?.map(({ name }) => name);
  return (
    <NamesSelect
      {...props}
      listed={repositories}
      names={names}
      label={POLICY_TEXT.repositories}
      things="repositories"
      nothingFound={POLICY_TEXT.noMatchingRepository}
    />
  );
}

interface NamesSelectProps extends Omit<NamesProps, 'scope'> {
  readonly listed: UseQueryResult<unknown, SlipwayError>;
  readonly names: readonly string[] | undefined;
  readonly label: string;
  readonly things: string;
  readonly nothingFound: string;
}

function NamesSelect({ listed, names = [], label, things, nothingFound, value, onChange }: NamesSelectProps) {
  if (listed.isError) return <ErrorNotice error={listed.error} onRetry={() => void listed.refetch()} />;
  // A name given by the address shows at once, before the list is there.
  const options = [...value.filter((name) => !names.includes(name)), ...names];
  return (
    <MultiSelect
      size="xs"
      className={styles.families}
      label={label}
      placeholder={listed.isPending ? POLICY_TEXT.loading(things) : POLICY_TEXT.search(things)}
      nothingFoundMessage={nothingFound}
      data={options}
      limit={SHOWN_OPTIONS}
      value={[...value]}
      onChange={onChange}
      searchable
      hidePickedOptions
    />
  );
}
