import { Autocomplete, type OptionsFilter } from '@mantine/core';
import { useState } from 'react';
import type { SearchResult } from '../../../../shared/model/search.ts';
import { useAccountName } from '../../lib/account-name.ts';
import { useNameSearch } from '../../lib/name-search.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { allUnlessTyped } from '../../ui/options-filter.ts';
import { COMPARE_TEXT } from './revisions-text.ts';
import styles from './service-fields.module.css';
import type { SideDraft } from './side-draft.ts';

/** Services that are offered at once. */
const OFFERED = 50;

interface ServiceFieldsProps {
  readonly draft: SideDraft;
  readonly onChange: (draft: SideDraft) => void;
}

/**
 * Cluster and service. The service is searched for in all accounts: choosing one fills in the whole place. What search
 * does not find can be typed.
 */
export function ServiceFields({ draft, onChange }: ServiceFieldsProps) {
  const { account, region, service } = draft;
  const clusters = useEngineQuery('clusters.list', { account, region }, { staleMs: 60_000 });
  // What was chosen is no search: whoever opens the list again wants to see the others.
  const [chosen, setChosen] = useState(service);
  const search = useNameSearch(service === chosen ? '' : service, {
    kinds: ['service'],
    limit: OFFERED,
    readFor: JSON.stringify([account, region, clusters.isSuccess]),
  });
  const accountName = useAccountName();
  const offered = new Map(
    (search.answer?.results ?? [])
      .filter((result) => result.kind === 'service')
      .map((result) => [JSON.stringify(serviceOf(result)), result]),
  );
  const place = search.places.find((each) => each.account === account && each.region === region);
  const take = (text: string): void => {
    const result = offered.get(text);
    if (result === undefined) {
      onChange({ ...draft, service: text.trim() });
      return;
    }
    setChosen(result.service);
    onChange({ ...draft, ...serviceOf(result) });
  };
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
        placeholder={COMPARE_TEXT.searchServices}
        data={[...offered.keys()]}
        filter={asFound}
        renderOption={({ option }) => {
          const result = offered.get(option.value);
          if (result === undefined) return null;
          return (
            <span className={styles.option}>
              <span>{result.service}</span>{' '}
              <span className={styles.place}>
                {[result.cluster, result.region, accountName(result.account)].join(', ')}
              </span>
            </span>
          );
        }}
        comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
        inputWrapperOrder={['label', 'input', 'description']}
        description={search.error?.message ?? place?.problem}
        value={service}
        onChange={take}
      />
    </>
  );
}

/** Search has matched and sorted them. */
const asFound: OptionsFilter = ({ options }) => options;

/** Nothing but the reference: a search result has more. */
function serviceOf({
  account,
  region,
  cluster,
  service,
}: Extract<SearchResult, { readonly kind: 'service' }>) {
  return { account, region, cluster, service };
}
