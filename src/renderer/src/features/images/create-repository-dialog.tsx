import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import {
  NewRepository,
  newRepositoryText,
  type Repository,
  type RepositoryDefaults,
} from '../../../../shared/model/image.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { refusedProps, useRefusals } from '../../lib/refusals.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import { CREATE_TEXT } from './create-repository-text.ts';
import { GuardFields, useGuardAnswers } from './guard-answers.tsx';

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

interface Draft {
  readonly name: string;
  readonly tags: 'immutable' | 'mutable';
  readonly movableTag: string;
  readonly scanOnPush: boolean;
  readonly encryption: '' | 'AES256' | 'KMS';
  readonly kmsKey: string;
  readonly lifecycle: 'none' | 'untagged' | 'newest';
  /** `KEY=VALUE`, one in each line. */
  readonly resourceTags: string;
}

function draftOf(defaults: RepositoryDefaults): Draft {
  return {
    name: '',
    tags: defaults.tags ?? 'immutable',
    movableTag: defaults.movableTag ?? '',
    scanOnPush: defaults.scanOnPush ?? false,
    encryption: defaults.encryption ?? '',
    kmsKey: defaults.kmsKey ?? '',
    lifecycle: defaults.lifecycle ?? 'none',
    resourceTags: (defaults.resourceTags ?? []).map(({ key, value }) => `${key}=${value}`).join('\n'),
  };
}

/** What a draft says, by the rules of the contract. */
function readDraft(draft: Draft) {
  const { name, tags, movableTag, scanOnPush, encryption, kmsKey, lifecycle } = draft;
  const lines = draft.resourceTags.split('\n').filter((line) => line.trim() !== '');
  const resourceTags = lines.map((line) => {
    const [key = '', ...value] = line.split('=');
    return { key: key.trim(), value: value.length === 0 ? undefined : value.join('=').trim() };
  });
  return NewRepository.safeParse({
    repository: name,
    tags,
    ...(tags === 'immutable' && movableTag !== '' ? { movableTag } : {}),
    ...(scanOnPush ? { scanOnPush } : {}),
    ...(encryption === '' ? {} : { encryption }),
    ...(encryption === 'KMS' && kmsKey !== '' ? { kmsKey } : {}),
    ...(lifecycle === 'none' ? {} : { lifecycle }),
    ...(resourceTags.length === 0 ? {} : { resourceTags }),
  });
}

function CreateForm({
  scope,
  defaults,
  onClose,
  onCreated,
}: CreateRepositoryDialogProps & { readonly defaults: RepositoryDefaults }) {
  const queries = useQueryClient();
  const create = useEngineChange('repositories.create');
  const [draft, setDraft] = useState(() => draftOf(defaults));
  const [remember, setRemember] = useState(false);
  const asked = useGuardAnswers({ account: scope.account }, draft.name);
  const refusals = useRefusals({ ...scope, changes: ['create-repository'] });
  const reading = readDraft(draft);
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
        <Group grow align="flex-start">
          <NativeSelect
            label={CREATE_TEXT.tags}
            value={draft.tags}
            onChange={(event) => change({ tags: chosen(CREATE_TEXT.tagKinds, event) })}
            data={optionsOf(CREATE_TEXT.tagKinds)}
          />
          {draft.tags === 'immutable' ? (
            <TextInput
              label={CREATE_TEXT.movableTag}
              placeholder={CREATE_TEXT.movableTagExample}
              value={draft.movableTag}
              error={problemOf('movableTag')}
              onChange={(event) => change({ movableTag: event.currentTarget.value.trim() })}
            />
          ) : null}
        </Group>
        <Checkbox
          label={CREATE_TEXT.scanOnPush}
          checked={draft.scanOnPush}
          onChange={(event) => change({ scanOnPush: event.currentTarget.checked })}
        />
        <Group grow align="flex-start">
          <NativeSelect
            label={CREATE_TEXT.encryption}
            value={draft.encryption}
            onChange={(event) => change({ encryption: chosen(CREATE_TEXT.encryptions, event) })}
            data={optionsOf(CREATE_TEXT.encryptions)}
          />
          {draft.encryption === 'KMS' ? (
            <TextInput
              label={CREATE_TEXT.kmsKey}
              placeholder={CREATE_TEXT.kmsKeyHelp}
              value={draft.kmsKey}
              error={problemOf('kmsKey')}
              onChange={(event) => change({ kmsKey: event.currentTarget.value.trim() })}
            />
          ) : null}
        </Group>
        <NativeSelect
          label={CREATE_TEXT.lifecycle}
          description={draft.lifecycle === 'none' ? undefined : CREATE_TEXT.lifecycleHelp}
          value={draft.lifecycle}
          onChange={(event) => change({ lifecycle: chosen(CREATE_TEXT.lifecycles, event) })}
          data={optionsOf(CREATE_TEXT.lifecycles)}
        />
        <Textarea
          label={CREATE_TEXT.resourceTags}
          placeholder={CREATE_TEXT.resourceTagsExample}
          value={draft.resourceTags}
          error={problemOf('resourceTags') === undefined ? undefined : CREATE_TEXT.resourceTagsProblem}
          onChange={(event) => change({ resourceTags: event.currentTarget.value })}
          rows={2}
          spellCheck={false}
        />
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

function optionsOf(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}

function chosen<Value extends string>(
  labels: Readonly<Record<Value, string>>,
  { currentTarget: { value } }: { readonly currentTarget: { readonly value: string } },
): Value {
  for (const known in labels) if (known === value) return known;
  throw new TypeError(`There is no choice ${value}.`);
}
