import { Autocomplete, Select } from '@mantine/core';
import { REGIONS } from '../../../../shared/regions.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useEngineFold } from '../../lib/streams.ts';
import { familyNamesFolding } from './family-names.ts';
import { allUnlessTyped } from './options-filter.ts';
import { COMPARE_TEXT } from './revisions-text.ts';
import { ServiceFields } from './service-fields.tsx';
import type { SideDraft } from './side-draft.ts';
import styles from './side-form.module.css';

interface SideFieldsProps {
  readonly label: string;
  readonly draft: SideDraft;
  readonly onChange: (draft: SideDraft) => void;
}

/** Chooses what stands on one side: a revision or what a service runs, in any account and region. */
export function SideFields({ label, draft, onChange }: SideFieldsProps) {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const set = (change: Partial<SideDraft>): void => onChange({ ...draft, ...change });
  return (
    <fieldset className={styles.side}>
      <legend>{label}</legend>
      <Select
        label={COMPARE_TEXT.account}
        data={(accounts.data?.accounts ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={draft.account}
        onChange={(account) => account !== null && set({ account })}
        allowDeselect={false}
        searchable
      />
      <Autocomplete
        size="xs"
        label={COMPARE_TEXT.region}
        data={[...REGIONS]}
        filter={allUnlessTyped}
        value={draft.region}
        onChange={(region) => set({ region: region.trim() })}
      />
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
