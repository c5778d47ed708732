import { Autocomplete, Select } from '@mantine/core';
import { useEngineQuery } from '../../lib/queries.ts';
import { useEngineFold } from '../../lib/streams.ts';
import { AccountRegionFields } from '../../ui/account-region-fields.tsx';
import { allUnlessTyped } from '../../ui/options-filter.ts';
import styles from '../../ui/side-form.module.css';
import { familyNamesFolding } from './family-names.ts';
import { COMPARE_TEXT } from './revisions-text.ts';
import { ServiceFields } from './service-fields.tsx';
import type { SideDraft } from './side-draft.ts';

interface SideFieldsProps {
  readonly label: string;
  readonly draft: SideDraft;
  readonly onChange: (draft: SideDraft) => void;
}

/** Chooses what stands on one side: a revision or what a service runs, in any account and region. */
export function SideFields({ label, draft, onChange }: SideFieldsProps) {
  const set = (change: Partial<SideDraft>): void => onChange({ ...draft, ...change });
  return (
    <fieldset className={styles.side}>
      <legend>{label}</legend>
      <AccountRegionFields scope={{ account: draft.account, region: draft.region }} onChange={set} />
      <Select
        label={COMPARE_TEXT.kind}
        data={[
          { value: 'revision', label: COMPARE_TEXT.revision },
          { value: 'service', label: COMPARE_TEXT.runningService },
        ]}
        value={draft.kind}
        onChange={(kind) => set({ kind: kind === 'service' ? 'service' : 'revision' })}
        allowDeselect={false}
      />
      {draft.kind === 'revision' ? (
        <RevisionField draft={draft} onChange={onChange} />
      ) : (
        <ServiceFields draft={draft} onChange={onChange} />
      )}
    </fieldset>
  );
}

type FieldProps = Omit<SideFieldsProps, 'label'>;

const SHOWN_NAMES = 50;

/** Families, and once one is chosen its revisions, newest first. */
function RevisionField({ draft, onChange }: FieldProps) {
  const { account, region } = draft;
  const families = useEngineQuery('families.list', { account, region }, { staleMs: 60_000 });
  const family = families.data?.find((each) => draft.revision.startsWith(`${each.family}:`))?.family;
  const revisions = useEngineFold(
    'revisions.names',
    { account, region, family: family ?? '', statuses: ['ACTIVE'], whole: false },
    familyNamesFolding,
    { enabled: family !== undefined, staleMs: 60_000 },
  );
  const names = revisions.data?.revisions.map(({ name }) => name) ?? [];
  return (
    <Autocomplete
      size="xs"
      label={COMPARE_TEXT.revisionField}
      placeholder="web:41"
      data={family === undefined ? (families.data ?? []).map((each) => `${each.family}:`) : names}
      filter={allUnlessTyped}
      limit={SHOWN_NAMES}
      value={draft.revision}
      onChange={(revision) => onChange({ ...draft, revision: revision.trim() })}
    />
  );
}
