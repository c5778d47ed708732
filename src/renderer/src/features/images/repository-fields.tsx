import { Checkbox, Group, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { z } from 'zod';
import type { RepositoryDefaults } from '../../../../shared/model/image.ts';
import { CREATE_TEXT } from './create-repository-text.ts';

/** The settings of a new repository as a form has them. */
export const REPOSITORY_DRAFT = z.object({
  tags: z.enum(['immutable', 'mutable']),
  movableTag: z.string(),
  scanOnPush: z.boolean(),
  encryption: z.enum(['', 'AES256', 'KMS']),
  kmsKey: z.string(),
  lifecycle: z.enum(['none', 'untagged', 'newest']),
  /** `KEY=VALUE`, one in each line. */
  resourceTags: z.string(),
});
export type RepositoryDraft = Readonly<z.infer<typeof REPOSITORY_DRAFT>>;

export function draftOf(defaults: RepositoryDefaults): RepositoryDraft {
  return {
    tags: defaults.tags ?? 'immutable',
    movableTag: defaults.movableTag ?? '',
    scanOnPush: defaults.scanOnPush ?? false,
    encryption: defaults.encryption ?? '',
    kmsKey: defaults.kmsKey ?? '',
    lifecycle: defaults.lifecycle ?? 'none',
    resourceTags: (defaults.resourceTags ?? []).map(({ key, value }) => `${key}=${value}`).join('\n'),
  };
}

/** What a draft says, to be checked by the contract. */
export function settingsOf(draft: RepositoryDraft) {
  const { tags, movableTag, scanOnPush, encryption, kmsKey, lifecycle } = draft;
  const lines = draft.resourceTags.split('\n').filter((line) => line.trim() !== '');
  const resourceTags = lines.map((line) => {
    const [key = '', ...value] = line.split('=');
    return { key: key.trim(), value: value.length === 0 ? undefined : value.join('=').trim() };
  });
  return {
    tags,
    ...(tags === 'immutable' && movableTag !== '' ? { movableTag } : {}),
    ...(scanOnPush ? { scanOnPush } : {}),
    ...(encryption === '' ? {} : { encryption }),
    ...(encryption === 'KMS' && kmsKey !== '' ? { kmsKey } : {}),
    ...(lifecycle === 'none' ? {} : { lifecycle }),
    ...(resourceTags.length === 0 ? {} : { resourceTags }),
  };
}

interface RepositoryFieldsProps {
  readonly draft: RepositoryDraft;
  /** What the contract says of a field. */
  readonly problemOf: (field: string) => string | undefined;
  readonly onChange: (next: Partial<RepositoryDraft>) => void;
}

/** What a new repository gets, without its name. */
export function RepositoryFields({ draft, problemOf, onChange }: RepositoryFieldsProps) {
  return (
    <>
      <Group grow align="flex-start">
        <NativeSelect
          label={CREATE_TEXT.tags}
          value={draft.tags}
          onChange={(event) => onChange({ tags: chosen(CREATE_TEXT.tagKinds, event) })}
          data={optionsOf(CREATE_TEXT.tagKinds)}
        />
        {draft.tags === 'immutable' ? (
          <TextInput
            label={CREATE_TEXT.movableTag}
            placeholder={CREATE_TEXT.movableTagExample}
            value={draft.movableTag}
            error={problemOf('movableTag')}
            onChange={(event) => onChange({ movableTag: event.currentTarget.value.trim() })}
          />
        ) : null}
      </Group>
      <Checkbox
        label={CREATE_TEXT.scanOnPush}
        checked={draft.scanOnPush}
        onChange={(event) => onChange({ scanOnPush: event.currentTarget.checked })}
      />
      <Group grow align="flex-start">
        <NativeSelect
          label={CREATE_TEXT.encryption}
          value={draft.encryption}
          onChange={(event) => onChange({ encryption: chosen(CREATE_TEXT.encryptions, event) })}
          data={optionsOf(CREATE_TEXT.encryptions)}
        />
        {draft.encryption === 'KMS' ? (
          <TextInput
            label={CREATE_TEXT.kmsKey}
            placeholder={CREATE_TEXT.kmsKeyHelp}
            value={draft.kmsKey}
            error={problemOf('kmsKey')}
            onChange={(event) => onChange({ kmsKey: event.currentTarget.value.trim() })}
          />
        ) : null}
      </Group>
      <NativeSelect
        label={CREATE_TEXT.lifecycle}
        description={draft.lifecycle === 'none' ? undefined : CREATE_TEXT.lifecycleHelp}
        value={draft.lifecycle}
        onChange={(event) => onChange({ lifecycle: chosen(CREATE_TEXT.lifecycles, event) })}
        data={optionsOf(CREATE_TEXT.lifecycles)}
      />
      <Textarea
        label={CREATE_TEXT.resourceTags}
        placeholder={CREATE_TEXT.resourceTagsExample}
        value={draft.resourceTags}
        error={problemOf('resourceTags') === undefined ? undefined : CREATE_TEXT.resourceTagsProblem}
        onChange={(event) => onChange({ resourceTags: event.currentTarget.value })}
        rows={2}
        spellCheck={false}
      />
    </>
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
