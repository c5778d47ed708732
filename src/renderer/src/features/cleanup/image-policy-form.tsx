import { Button, Checkbox, TagsInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ImageCleanupPolicy, ImageCleanupTarget } from '../../../../shared/model/image-cleanup.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { POLICY_TEXT } from './cleanup-text.ts';
import {
  IMAGE_POLICY_DRAFT,
  type ImagePolicyDraft,
  imageDraftOf,
  imagePolicyOf,
  isSamePolicy,
  wrongPattern,
} from './image-policy-draft.ts';
import { KeepFields } from './keep-fields.tsx';
import { RepositoriesSelect } from './names-select.tsx';
import styles from './policy-form.module.css';
import { SavePolicy } from './save-policy.tsx';

interface ImagePolicyFormProps {
  readonly scope: Scope;
  readonly saved: ImageCleanupPolicy | undefined;
  readonly onPreview: (target: ImageCleanupTarget, policy: ImageCleanupPolicy) => void;
}

/** Which repositories are cleaned up, and which images stay although nothing refers to them. */
export function ImagePolicyForm({ scope: { account, region }, saved, onPreview }: ImagePolicyFormProps) {
  const [repositories, setRepositories] = useState<readonly string[]>([]);
  const [draft, setDraft] = useDraft({
    key: `image-cleanup.${account}/${region}`,
    shape: IMAGE_POLICY_DRAFT,
    initial: imageDraftOf(saved),
  });
  const save = useEngineChange('cleanup.saveImagePolicy');
  const policy = imagePolicyOf(draft);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (repositories.length > 0 && policy !== undefined) onPreview({ account, region, repositories }, policy);
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.line}>
        <RepositoriesSelect scope={{ account, region }} value={repositories} onChange={setRepositories} />
      </div>
      <PolicyFields draft={draft} onChange={setDraft} />
      <div className={styles.line}>
        <Button type="submit" variant="filled" disabled={repositories.length === 0 || policy === undefined}>
          {POLICY_TEXT.preview}
        </Button>
        <SavePolicy
          input={policy && { account, region, policy }}
          isSaved={policy !== undefined && isSamePolicy(policy, saved)}
          change={save}
          query="cleanup.imagePolicy"
        />
      </div>
    </form>
  );
}

interface PolicyFieldsProps {
  readonly draft: ImagePolicyDraft;
  readonly onChange: (draft: ImagePolicyDraft) => void;
}

function PolicyFields({ draft, onChange }: PolicyFieldsProps) {
  const change = (changed: Partial<ImagePolicyDraft>): void => onChange({ ...draft, ...changed });
  const wrong = wrongPattern(draft.keepTags);
  return (
    <div className={styles.fields}>
      <KeepFields of={POLICY_TEXT.ofImages} draft={draft} onChange={change} />
      <TagsInput
        size="xs"
        label={POLICY_TEXT.keepTags}
        description={POLICY_TEXT.keepTagsHelp}
        placeholder={draft.keepTags.length === 0 ? POLICY_TEXT.none : ''}
        value={[...draft.keepTags]}
        onChange={(keepTags) => change({ keepTags })}
        splitChars={[',', ' ']}
        error={wrong === undefined ? undefined : POLICY_TEXT.wrongTagPattern(wrong)}
      />
      <Checkbox
        className={styles.check}
        label={POLICY_TEXT.untaggedOnly}
        description={POLICY_TEXT.untaggedOnlyHelp}
        checked={draft.untaggedOnly}
        onChange={(event) => change({ untaggedOnly: event.currentTarget.checked })}
      />
      <Checkbox
        className={styles.check}
        label={POLICY_TEXT.keepForInactive}
        description={POLICY_TEXT.keepForInactiveHelp}
        checked={draft.keepForInactive}
        onChange={(event) => change({ keepForInactive: event.currentTarget.checked })}
      />
    </div>
  );
}
