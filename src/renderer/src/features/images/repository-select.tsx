import { Anchor, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Repository } from '../../../../shared/model/image.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CreateRepositoryDialog } from './create-repository-dialog.tsx';
import { CREATE_TEXT } from './create-repository-text.ts';
import { IMAGES_TEXT } from './images-text.ts';

/** Repositories come and go rarely: milliseconds for which a list is good. */
const REPOSITORIES_FRESH_MS = 60_000;

interface RepositorySelectProps {
  readonly scope: Scope;
  /** The name of the chosen repository. */
  readonly value: string | undefined;
  readonly onChange: (repository: Repository) => void;
  readonly disabled?: boolean;
  /** Offers to create one: an image is going to be pushed to it. */
  readonly canCreate?: boolean;
}

/** Chooses one of the ECR repositories of the account and region. */
export function RepositorySelect(props: RepositorySelectProps) {
  const { scope, value, onChange, disabled = false, canCreate = false } = props;
  const repositories = useRepositories(scope);
  const [isCreating, setCreating] = useState(false);
  if (repositories.isError) {
    return <ErrorNotice error={repositories.error} onRetry={() => void repositories.refetch()} />;
  }
  return (
    <Stack gap={2}>
      <Select
        label={IMAGES_TEXT.repository}
        placeholder={repositories.isPending ? IMAGES_TEXT.loadingRepositories : IMAGES_TEXT.chooseRepository}
        nothingFoundMessage={IMAGES_TEXT.noMatchingRepository}
        data={repositories.data?.map(({ name }) => name) ?? []}
        value={value ?? null}
        onChange={(name) => {
          const chosen = repositories.data?.find((repository) => repository.name === name);
          if (chosen) onChange(chosen);
        }}
        disabled={disabled || repositories.isPending}
        searchable
        allowDeselect={false}
      />
      {canCreate && !disabled ? (
        <Anchor component="button" type="button" size="xs" ta="left" onClick={() => setCreating(true)}>
          {CREATE_TEXT.open}
        </Anchor>
      ) : null}
      {isCreating ? (
        <CreateRepositoryDialog
          scope={scope}
          onClose={() => setCreating(false)}
          onCreated={(created) => {
            setCreating(false);
            onChange(created);
          }}
        />
      ) : null}
    </Stack>
  );
}

/** The ECR repositories of the account and region. */
export function useRepositories({ account, region }: Scope) {
  return useEngineQuery('repositories.list', { account, region }, { staleMs: REPOSITORIES_FRESH_MS });
}
