import { Button } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import type { SearchPlace } from '../../../../shared/model/search.ts';
import type { AccountName } from '../../lib/account-name.ts';
import type { NameSearch } from '../../lib/name-search.ts';
import { shortcutLabel } from '../../lib/shortcuts.ts';
import { closePalette } from './open-palette.ts';
import styles from './palette.module.css';
import { PALETTE_TEXT } from './palette-text.ts';

/** Accounts that are named when they were not read. */
const MOST_NAMED = 2;

interface SearchStatusProps {
  readonly search: NameSearch;
  readonly accountName: AccountName;
}

/** Which names are still read, and which accounts could not be read, with the way to open them. */
export function SearchStatus({ search: { places, error }, accountName }: SearchStatusProps) {
  const notRead = places.filter(({ problem }) => problem !== undefined);
  const read = places.filter(({ state }) => state !== 'reading').length;
  const progress =
    read < places.length
      ? PALETTE_TEXT.reading(read, places.length)
      : PALETTE_TEXT.readAll(places.length - notRead.length);
  return (
    <div className={styles.status}>
      <div className={styles.progress}>
        <span role="status">{places.length === 0 ? '' : progress}</span>
        <span>{PALETTE_TEXT.keys(shortcutLabel('favourite'))}</span>
      </div>
      {error === null ? null : <p role="alert">{error.message}</p>}
      {notRead.slice(0, MOST_NAMED).map((place) => (
        <NotRead key={`${place.account} ${place.region}`} place={place} name={accountName(place.account)} />
      ))}
      {notRead.length > MOST_NAMED ? <p>{PALETTE_TEXT.moreNotRead(notRead.length - MOST_NAMED)}</p> : null}
    </div>
  );
}

function NotRead({ place, name }: { readonly place: SearchPlace; readonly name: string }) {
  const router = useRouter();
  const { account, region, problem = '' } = place;
  const open = (): void => {
    closePalette();
    void router.navigate({ to: '/a/$account/$region', params: { account, region } });
  };
  return (
    <p className={styles.problem}>
      <span>{PALETTE_TEXT.notRead(name, problem)}</span>
      <Button size="compact-xs" flex="none" onClick={open}>
        {PALETTE_TEXT.open(name)}
      </Button>
    </p>
  );
}
