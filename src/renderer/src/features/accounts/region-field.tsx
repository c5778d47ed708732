import { Autocomplete } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Region } from '../../../../shared/model/account.ts';
import { REGIONS } from '../../lib/regions.ts';

interface RegionFieldProps {
  readonly account: string;
  /** The region that is open; absent until one is chosen. */
  readonly region?: string;
  readonly label: string;
  readonly className?: string | undefined;
}

/** The region of the open account: chosen from a list, or typed. */
export function RegionField({ account, region, label, className }: RegionFieldProps) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState<string>();
  const isUnknown = draft !== undefined && !Region.safeParse(draft).success;

  const open = (next: string): void => {
    setDraft(undefined);
    if (next !== region && Region.safeParse(next).success) {
      void navigate({ to: '/a/$account/$region', params: { account, region: next } });
    }
  };
  return (
    <Autocomplete
      {...(className === undefined ? {} : { className })}
      size="xs"
      aria-label={label}
      placeholder="Choose a region"
      data={[...REGIONS]}
      limit={40}
      // Until something is typed the whole list is offered, not only what matches the open region.
      filter={({ options, search }) =>
        draft === undefined
          ? options
          : options.filter((option) => 'value' in option && option.value.includes(search.trim()))
      }
      value={draft ?? region ?? ''}
      error={isUnknown && draft !== '' && draft.length > 8 ? 'Not an AWS region' : false}
      onChange={setDraft}
      onOptionSubmit={open}
      onBlur={() => setDraft(undefined)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') open(event.currentTarget.value.trim());
      }}
    />
  );
}
