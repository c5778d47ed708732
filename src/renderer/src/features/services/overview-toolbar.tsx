import { NativeSelect } from '@mantine/core';
import type { RefObject } from 'react';
import {
  OVERVIEW_SORTS,
  OVERVIEW_STATES,
  type OverviewSearch,
  type OverviewState,
} from '../../lib/search.ts';
import type { MarkKind } from '../../ui/mark.tsx';
import { StateFilter } from '../../ui/state-filter.tsx';
import { FilterField } from './filter-field.tsx';
import { OVERVIEW_TEXT } from './service-text.ts';
import type { ServiceRowsHandle } from './use-service-focus.ts';

const MARKS: Readonly<Record<OverviewState, MarkKind>> = {
  failing: 'failed',
  degraded: 'warning',
  'rolled-back': 'rolled-back',
  deploying: 'progress',
  drifted: 'drifted',
  healthy: 'ok',
  stopped: 'idle',
};

interface OverviewToolbarProps {
  readonly search: OverviewSearch;
  /** The text in the field, which is ahead of the address while somebody types. */
  readonly text: string;
  readonly counts: ReadonlyMap<OverviewState, number>;
  readonly total: number | undefined;
  readonly rows: RefObject<ServiceRowsHandle | null>;
  readonly onSearch: (search: OverviewSearch) => void;
  readonly onText: (text: string) => void;
}

/** The states with their counts as filters, the order, and the filter by text. */
export function OverviewToolbar(props: OverviewToolbarProps) {
  const { search, text, counts, total, rows, onSearch, onText } = props;
  const { state: chosen, ...withoutState } = search;
  const shown = OVERVIEW_STATES.filter((state) => (counts.get(state) ?? 0) > 0 || state === chosen);
  return (
    <StateFilter
      label={OVERVIEW_TEXT.states}
      total={total}
      allLabel={OVERVIEW_TEXT.all}
      states={shown.map((state) => ({
        state,
        count: counts.get(state) ?? 0,
        label: OVERVIEW_TEXT.stateNames[state],
        mark: MARKS[state],
      }))}
      chosen={chosen}
      onChoose={(state) => onSearch(state === undefined ? withoutState : { ...withoutState, state })}
    >
      <NativeSelect
        aria-label={OVERVIEW_TEXT.sort}
        value={search.sort ?? 'state'}
        data={OVERVIEW_SORTS.map((sort) => ({ value: sort, label: OVERVIEW_TEXT.sorts[sort] }))}
        onChange={({ currentTarget }) => {
          const sort = OVERVIEW_SORTS.find((each) => each === currentTarget.value);
          const { sort: _before, ...withoutSort } = search;
          onSearch(sort === undefined || sort === 'state' ? withoutSort : { ...withoutSort, sort });
        }}
      />
      <FilterField count={total} value={text} onChange={onText} rows={rows} />
    </StateFilter>
  );
}
