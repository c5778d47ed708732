import { ActionIcon, Autocomplete } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { Region } from '../../../../shared/model/account.ts';
import type { RegionClusters } from '../../../../shared/model/overview.ts';
import { REGIONS } from '../../../../shared/regions.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import styles from './accounts-pane.module.css';
import { REGION_TEXT } from './accounts-text.ts';

interface RegionFieldProps {
  readonly account: string;
  /** The region that is open; absent until one is chosen. */
  readonly region?: string;
  readonly label: string;
  readonly className?: string | undefined;
}

/** What was found stays right for so long. */
const FOUND_MS = 60 * 60_000;
/** In this order: what a person looks for comes first. */
const STATES: readonly RegionClusters['state'][] = ['clusters', 'empty', 'failed', 'refused', 'disabled'];

/** The region of the open account: chosen from a list, or typed. A person can have those with clusters found. */
export function RegionField({ account, region, label, className }: RegionFieldProps) {
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<string>();
  const input = { account, ...(region === undefined ? {} : { region }) };
  const found = useEngineQuery('accounts.regions', input, { enabled: false, staleMs: FOUND_MS });
  const isUnknown = draft !== undefined && !Region.safeParse(draft).success;
  const byRegion = new Map(found.data?.map((each) => [each.region, each]));

  const open = (next: string): void => {
    setDraft(undefined);
    if (next !== region && Region.safeParse(next).success) {
      void navigate({ to: '/a/$account/$region', params: { account, region: next } });
    }
  };
  const find = async (): Promise<void> => {
    const { data } = await found.refetch();
    // The list opens, so that the regions that were found are seen.
    if (data !== undefined) field.current?.focus();
  };
  return (
    <Autocomplete
      ref={field}
      {...(className === undefined ? {} : { className })}
      size="xs"
      aria-label={label}
      placeholder={REGION_TEXT.choose}
      data={sortedRegions(byRegion)}
      limit={60}
      // Until something is typed the whole list is offered, not only what matches the open region.
      filter={({ options, search }) =>
        draft === undefined
          ? options
          : options.filter((option) => 'value' in option && option.value.includes(search.trim()))
      }
      renderOption={({ option }) => <RegionOption name={option.value} found={byRegion.get(option.value)} />}
      value={draft ?? region ?? ''}
      error={regionError({ isUnknown, draft, problem: found.error?.message })}
      rightSection={
        <ActionIcon
          size="sm"
          variant="subtle"
          aria-label={REGION_TEXT.find}
          title={REGION_TEXT.find}
          loading={found.isFetching}
          onClick={() => void find()}
        >
          <IconSearch size={14} />
        </ActionIcon>
      }
      onChange={setDraft}
      onOptionSubmit={open}
      onBlur={() => setDraft(undefined)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') open(event.currentTarget.value.trim());
      }}
    />
  );
}

interface RegionErrorFacts {
  readonly isUnknown: boolean;
  readonly draft: string | undefined;
  readonly problem: string | undefined;
}

function regionError({ isUnknown, draft, problem }: RegionErrorFacts): string | false {
  if (isUnknown && draft !== undefined && draft.length > 8) return REGION_TEXT.unknown;
  return problem ?? false;
}

interface RegionOptionProps {
  readonly name: string;
  readonly found: RegionClusters | undefined;
}

function RegionOption({ name, found }: RegionOptionProps) {
  return (
    <span className={styles.option} title={found?.problem}>
      <span>{name}</span>{' '}
      {found === undefined ? null : <span className={styles.found}>{REGION_TEXT.found(found)}</span>}
    </span>
  );
}

/** Those with clusters first. Regions that were not asked come last. */
function sortedRegions(found: ReadonlyMap<string, RegionClusters>): string[] {
  const rank = (name: string): number => {
    const state = found.get(name)?.state;
    return state === undefined ? STATES.length : STATES.indexOf(state);
  };
  return REGIONS.toSorted((one, other) => rank(one) - rank(other));
}
