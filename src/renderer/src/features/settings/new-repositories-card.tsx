import { Button, Group, Select, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { newRepositoryText, RepositoryDefaults } from '../../../../shared/model/image.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ErrorNotice, ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { draftOf, RepositoryFields, settingsOf } from '../images/repository-fields.tsx';
import styles from './settings.module.css';
import { NEW_REPOSITORIES_TEXT } from './settings-text.ts';

/** What new ECR repositories get, for each account. */
export function NewRepositoriesCard() {
  const settings = useEngineQuery('settings.read', {});
  return (
    <Card title={NEW_REPOSITORIES_TEXT.title}>
      {settings.data ? (
        <CardBody>
          <NewRepositories defaults={settings.data.newRepositories} />
        </CardBody>
      ) : settings.error ? (
        <ErrorPage error={settings.error} onRetry={() => void settings.refetch()} />
      ) : (
        <LoadingRows what={NEW_REPOSITORIES_TEXT.loading} rows={2} height={32} />
      )}
    </Card>
  );
}

interface NewRepositoriesProps {
  readonly defaults: Readonly<Record<string, RepositoryDefaults>>;
}

function NewRepositories({ defaults }: NewRepositoriesProps) {
  const [edited, setEdited] = useState<string>();
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const nameOf = (account: string): string =>
    accounts.data?.accounts.find(({ id }) => id === account)?.name ?? account;
  const others = (accounts.data?.accounts ?? []).filter(({ id }) => defaults[id] === undefined);
  return (
    <>
      <p className={styles.file}>{NEW_REPOSITORIES_TEXT.about}</p>
      <ul className={styles.projects} aria-label={NEW_REPOSITORIES_TEXT.title}>
        {Object.entries(defaults).map(([account, each]) => (
          <AccountRow
            key={account}
            account={account}
            name={nameOf(account)}
            defaults={each}
            onEdit={() => setEdited(account)}
          />
        ))}
      </ul>
      {edited === undefined ? (
        <Select
          size="xs"
          label={NEW_REPOSITORIES_TEXT.add}
          placeholder={NEW_REPOSITORIES_TEXT.choose}
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={null}
          onChange={(account) => setEdited(account ?? undefined)}
          searchable
        />
      ) : (
        <DefaultsForm
          key={edited}
          account={edited}
          name={nameOf(edited)}
          defaults={defaults[edited] ?? {}}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}

interface AccountDefaults {
  readonly account: string;
  readonly name: string;
  readonly defaults: RepositoryDefaults;
}

function AccountRow({ account, name, defaults, onEdit }: AccountDefaults & { readonly onEdit: () => void }) {
  const { change, set } = useDefaults();
  return (
    <li className={styles.project}>
      <div className={styles.projectFacts}>
        {name}
        <p className={styles.file}>
          {newRepositoryText({ ...defaults, tags: defaults.tags ?? 'immutable' })}
        </p>
        {change.error ? <ErrorNotice error={change.error} /> : null}
      </div>
      <Button size="compact-xs" aria-label={NEW_REPOSITORIES_TEXT.editOf(name)} onClick={onEdit}>
        {NEW_REPOSITORIES_TEXT.edit}
      </Button>
      <Button
        size="compact-xs"
        aria-label={NEW_REPOSITORIES_TEXT.removeOf(name)}
        loading={change.isPending}
        onClick={() => set({ account })}
      >
        {NEW_REPOSITORIES_TEXT.remove}
      </Button>
    </li>
  );
}

function DefaultsForm({
  account,
  name,
  defaults,
  onClose,
}: AccountDefaults & { readonly onClose: () => void }) {
  const { change, set } = useDefaults();
  const [draft, setDraft] = useState(() => draftOf(defaults));
  const reading = RepositoryDefaults.safeParse(settingsOf(draft));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (reading.success) set({ account, defaults: reading.data }, onClose);
  };
  return (
    <form onSubmit={submit} noValidate aria-label={NEW_REPOSITORIES_TEXT.settingsOf(name)}>
      <Stack gap="sm">
        <strong>{NEW_REPOSITORIES_TEXT.settingsOf(name)}</strong>
        <RepositoryFields
          draft={draft}
          problemOf={(field) => reading.error?.issues.find(({ path }) => path[0] === field)?.message}
          onChange={(next) => setDraft({ ...draft, ...next })}
        />
        {change.error ? <ErrorNotice error={change.error} /> : null}
        <Group gap="xs">
          <Button type="submit" disabled={!reading.success} loading={change.isPending}>
            {NEW_REPOSITORIES_TEXT.save}
          </Button>
          <Button onClick={onClose}>{NEW_REPOSITORIES_TEXT.cancel}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What a change answers is what the page shows. */
function useDefaults() {
  const cache = useQueryClient();
  const change = useEngineChange('settings.setNewRepositories');
  const set = (input: Parameters<typeof change.mutate>[0], onDone?: () => void): void =>
    change.mutate(input, {
      onSuccess: (settings) => {
        cache.setQueryData(['settings.read', {}], settings);
        onDone?.();
      },
    });
  return { change, set };
}
