import { Autocomplete, type OptionsFilter, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ComparedSide } from '../../../../shared/model/revision.ts';
import { useEngine } from '../../lib/engine.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { REGIONS } from '../../lib/regions.ts';
import { useEngineFold } from '../../lib/streams.ts';
import { familyNamesFolding } from './family-names.ts';
import { COMPARE_TEXT } from './revisions-text.ts';
import styles from './side-form.module.css';

/** A side as far as it has been filled in. */
export interface SideDraft extends Scope {
  readonly kind: 'revision' | 'service';
  readonly revision: string;
  readonly cluster: string;
  readonly service: string;
}

/** The draft of a side. A whole release is changed by naming the service or a revision instead. */
export function draftOf(
  side: ComparedSide | undefined,
  { account, region }: Scope,
  kind: SideDraft['kind'] = 'revision',
): SideDraft {
  const empty = { kind, account, region, revision: '', cluster: '', service: '' };
  if (side === undefined || side.kind === 'service-revision') return empty;
  return { ...empty, ...side };
}

/** The side, once all of it is there. */
export function sideOf({
  kind,
  account,
  region,
  revision,
  cluster,
  service,
}: SideDraft): ComparedSide | undefined {
  if (kind === 'service') {
    return cluster === '' || service === '' ? undefined : { kind, account, region, cluster, service };
  }
  return /:\d+$/.test(revision) ? { kind, account, region, revision } : undefined;
}

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

/** What was chosen is no search: whoever opens the list again wants to see the others. */
const allUnlessTyped: OptionsFilter = ({ options, search, limit }) => {
  const labelled = options.filter((option) => 'label' in option);
  const isChosen = labelled.some(({ label }) => label === search);
  const shown = isChosen ? labelled : labelled.filter(({ label }) => label.includes(search.trim()));
  return shown.slice(0, limit);
};

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

function ServiceFields({ draft, onChange }: FieldProps) {
  const { account, region } = draft;
  const client = useEngine();
  const clusters = useEngineQuery('clusters.list', { account, region }, { staleMs: 60_000 });
  const cluster = clusters.data?.find(({ name }) => name === draft.cluster)?.name;
  // What cannot be listed can be typed all the same.
  const services = useQuery({
    queryKey: ['services.list', { account, region, cluster }, 'names'],
    queryFn: async ({ signal }) => {
      const listed = await client.call(
        'services.list',
        { account, region, cluster: cluster ?? '' },
        { signal },
      );
      return listed.map(({ name }) => name).toSorted();
    },
    enabled: cluster !== undefined,
    staleTime: 60_000,
  });
  return (
    <>
      <Autocomplete
        size="xs"
        label={COMPARE_TEXT.cluster}
        data={(clusters.data ?? []).map(({ name }) => name)}
        filter={allUnlessTyped}
        value={draft.cluster}
        onChange={(cluster) => onChange({ ...draft, cluster: cluster.trim() })}
      />
      <Autocomplete
        size="xs"
        label={COMPARE_TEXT.service}
        data={services.data ?? []}
        filter={allUnlessTyped}
        limit={SHOWN_NAMES}
        value={draft.service}
        onChange={(service) => onChange({ ...draft, service: service.trim() })}
      />
    </>
  );
}
