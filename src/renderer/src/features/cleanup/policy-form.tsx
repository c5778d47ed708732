import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { CleanupPolicy, CleanupTarget } from '../../../../shared/model/cleanup.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { CLEANUP_TEXT, POLICY_TEXT } from './cleanup-text.ts';
import { KeepFields } from './keep-fields.tsx';
import { FamiliesSelect } from './names-select.tsx';
import { draftOf, keepsTheSame, POLICY_DRAFT, type PolicyDraft, policyOf } from './policy-draft.ts';
import styles from './policy-form.module.css';
import { SavePolicy } from './save-policy.tsx';

interface PolicyFormProps {
  readonly scope: Scope;
  readonly family: string | undefined;
  readonly saved: CleanupPolicy | undefined;
  readonly onPreview: (target: CleanupTarget, policy: CleanupPolicy) => void;
}

type Reach = 'families' | 'account';

/** What is cleaned up, what stays although nothing uses it, and whether the rest is deleted permanently. */
export function PolicyForm({ scope, family, saved, onPreview }: PolicyFormProps) {
  const [reach, setReach] = useState<Reach>('families');
  const [families, setFamilies] = useState<readonly string[]>(family === undefined ? [] : [family]);
  const [draft, setDraft] = useDraft({
    key: `cleanup.${scope.account}/${scope.region}`,
    shape: POLICY_DRAFT,
    initial: draftOf(saved),
    // Permanent deletion is chosen again each time.
    stored: (typed) => ({ ...typed, deletePermanently: false }),
  });
  const policy = policyOf(draft);
  const save = useEngineChange('cleanup.savePolicy');
  const hasTarget = reach === 'account' || families.length > 0;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { account, region } = scope;
    const some = reach === 'account' ? {} : { families: [...families] };
    if (hasTarget && policy !== undefined) onPreview({ account, region, ...some }, policy);
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.line}>
        <SegmentedControl
          aria-label={CLEANUP_TEXT.kinds}
          value={reach}
          onChange={setReach}
          data={[
            { value: 'families', label: POLICY_TEXT.selectedFamilies },
            { value: 'account', label: POLICY_TEXT.allFamilies },
          ]}
        />
        {reach === 'families' ? (
          <FamiliesSelect scope={scope} value={families} onChange={setFamilies} />
        ) : (
          <p className={styles.note}>{POLICY_TEXT.allFamiliesHelp(scope.region)}</p>
        )}
      </div>
      <PolicyFields draft={draft} onChange={setDraft} />
      <div className={styles.line}>
        <Button type="submit" variant="filled" disabled={!hasTarget || policy === undefined}>
          {POLICY_TEXT.preview}
        </Button>
        <SavePolicy
          input={
            policy && {
              account: scope.account,
              region: scope.region,
              policy: { ...policy, deletePermanently: false },
            }
          }
          isSaved={policy !== undefined && keepsTheSame(policy, saved)}
          change={save}
          query="cleanup.policy"
        />
      </div>
    </form>
  );
}

interface PolicyFieldsProps {
  readonly draft: PolicyDraft;
  readonly onChange: (draft: PolicyDraft) => void;
}

function PolicyFields({ draft, onChange }: PolicyFieldsProps) {
  const change = (changed: Partial<PolicyDraft>): void => onChange({ ...draft, ...changed });
  return (
    <div className={styles.fields}>
      <KeepFields of={POLICY_TEXT.ofRevisions} draft={draft} onChange={change} />
      <TextInput
        label={POLICY_TEXT.keepTagged}
        description={POLICY_TEXT.keepTaggedHelp}
        placeholder={POLICY_TEXT.none}
        spellCheck={false}
        value={draft.tag}
        onChange={(event) => change({ tag: event.currentTarget.value })}
      />
      <Checkbox
        className={styles.check}
        label={POLICY_TEXT.deletePermanently}
        description={POLICY_TEXT.deletePermanentlyHelp}
        checked={draft.deletePermanently}
        onChange={(event) => change({ deletePermanently: event.currentTarget.checked })}
      />
    </div>
  );
}
