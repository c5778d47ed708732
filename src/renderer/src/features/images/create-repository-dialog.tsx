import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import type { Scope } from '../../../../shared/model/account.ts';
import {
  NewRepository,
  newRepositoryText,
  type Repository,
  type RepositoryDefaults,
} from '../../../../shared/model/image.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { refusedProps, useRefusals } from '../../lib/refusals.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import { CREATE_TEXT } from './create-repository-text.ts';
import { GuardFields, useGuardAnswers } from './guard-answers.tsx';
import { draftOf, REPOSITORY_DRAFT, RepositoryFields, settingsOf } from './repository-fields.tsx';

interface CreateRepositoryDialogProps {
  readonly scope: Scope;
  readonly onClose: () => void;
  readonly onCreated: (repository: Repository) => void;
}

/** Creates an ECR repository, with what new repositories of the account get as the proposal. */
export function CreateRepositoryDialog(props: CreateRepositoryDialogProps) {
  // What was remembered a moment ago counts, so that what was read earlier is not good enough.
  const settings = useEngineQuery('settings.read', {}, { staleMs: 0 });
  const { scope, onClose } = props;
  return (
    <Modal opened onClose={onClose} title={CREATE_TEXT.title(scope.region)}>
      {settings.isFetchedAfterMount ? (
        <CreateForm {...props} defaults={settings.data?.newRepositories[scope.account] ?? {}} />
      ) : (
        <LoadingRows what={CREATE_TEXT.loading} rows={4} height={32} />
      )}
    </Modal>
  );
}

/** The name and the settings, as the form has them. */
const DRAFT = REPOSITORY_DRAFT.extend({ name: z.string() }).readonly();
type Draft = z.infer<typeof DRAFT>;

function CreateForm({
  scope,
  defaults,
  onClose,
  onCreated,
}: CreateRepositoryDialogProps & { readonly defaults: RepositoryDefaults }) {
  const queries = useQueryClient();
  const create = useEngineChange('repositories.create');
  const [draft, setDraft, forget] = useDraft({
    key: `repository.${scope.account}/${scope.region}`,
    shape: DRAFT,
    initial: { ...draftOf(defaults), name: '' },
  });
  const [remember, setRemember] = useState(false);
  const asked = useGuardAnswers({ account: scope.account }, draft.name);
  const refusals = useRefusals({ ...scope, changes: ['create-repository'] });
  const reading = NewRepository.safeParse({ ...settingsOf(draft), repository: draft.name });
  const change = (next: Partial<Draft>): void => setDraft({ ...draft, ...next });
  const problemOf = (field: string): string | undefined =>
    reading.error?.issues.find(({ path }) => path[0] === field)?.message;
  const done = create.data;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // React passes it on to the form that this dialog was opened from.
    event.stopPropagation();
    if (!reading.success || !asked.isAnswered || create.isPending) return;
    if (refusals.isRefused('create-repository')) return;
    create.mutate(
      { ...scope, ...reading.data, ...asked.answers, ...(remember ? { remember } : {}) },
      {
        onSuccess: ({ repository, created, problem }) => {
          forget();
          void queries.invalidateQueries({ queryKey: ['repositories.list'] });
          void queries.invalidateQueries({ queryKey: ['settings.read'] });
          if (created && problem === undefined) onCreated(repository);
        },
      },
    );
  };

  if (done !== undefined && (!done.created || done.problem !== undefined)) {
    return (
      <Stack gap="sm">
        <p role="alert">{done.problem ?? CREATE_TEXT.exists(done.repository.name)}</p>
        <Group justify="flex-end">
          <Button variant="filled" onClick={() => onCreated(done.repository)}>
            {CREATE_TEXT.use}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          label={CREATE_TEXT.name}
          placeholder={CREATE_TEXT.nameExample}
          value={draft.name}
          error={draft.name === '' ? undefined : problemOf('repository')}
          onChange={(event) => change({ name: event.currentTarget.value.trim() })}
          maxLength={256}
          spellCheck={false}
          data-autofocus
        />
        <RepositoryFields draft={draft} problemOf={problemOf} onChange={change} />
        <Checkbox
          label={CREATE_TEXT.remember}
          checked={remember}
          onChange={(event) => setRemember(event.currentTarget.checked)}
        />
        {reading.success ? (
          <output>{CREATE_TEXT.preview(reading.data.repository, newRepositoryText(reading.data))}</output>
        ) : null}
        <GuardFields asked={asked} purpose={CREATE_TEXT.purpose} />
        <RefusalNote refusals={refusals} />
        {create.isError ? <ErrorNotice error={create.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button onClick={onClose}>{CREATE_TEXT.cancel}</Button>
          <Button
            variant="filled"
            type="submit"
            disabled={!reading.success || !asked.isAnswered}
            loading={create.isPending}
            {...refusedProps(refusals, 'create-repository')}
          >
            {CREATE_TEXT.start}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
