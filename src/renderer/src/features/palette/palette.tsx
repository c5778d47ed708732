import { getDefaultZIndex, Modal, TextInput, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import {
  type KeyboardEvent,
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { type AccountName, useAccountName } from '../../lib/account-name.ts';
import {
  isSameService,
  rememberService,
  toggleFavourite,
  useFavourites,
  useRecentServices,
} from '../../lib/kept-services.ts';
import { type NameSearch, useNameSearch } from '../../lib/name-search.ts';
import { usePlace } from '../../lib/place.ts';
import { rememberedScope } from '../../lib/remembered-place.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { closePalette, openPalette, returnFocus, usePaletteIsOpen } from './open-palette.ts';
import styles from './palette.module.css';
import { actionsOfPlace, matchingActions, otherActions, type PaletteAction } from './palette-actions.ts';
import { optionId, PaletteList } from './palette-list.tsx';
import { PALETTE_TEXT } from './palette-text.ts';
import { resultActions, serviceAction } from './result-actions.ts';
import { SearchStatus } from './search-status.tsx';

/** Recent services that are listed when nothing is typed. */
const MOST_RECENT = 8;
/** Results of each kind that are drawn. */
const OF_EACH_KIND = 12;
/** The page is drawn by then. */
const REMEMBER_AFTER_MS = 200;

/** Remembers the open service shortly after the click that opened it, as the storage is slow. */
function useRememberedService(open: ServiceRef | undefined): void {
  const { account = '', region = '', cluster = '', service = '' } = open ?? {};
  useEffect(() => {
    if (service === '') return;
    const timer = setTimeout(() => rememberService({ account, region, cluster, service }), REMEMBER_AFTER_MS);
    return () => clearTimeout(timer);
  }, [account, region, cluster, service]);
}

/**
 * The command palette: finds services, clusters, task definitions, repositories and images of all accounts, and reaches
 * every view and what can be done with the open service.
 */
export function Palette() {
  const router = useRouter();
  const { scope: open, service } = usePlace();
  const isOpen = usePaletteIsOpen();
  useRememberedService(service);
  useEffect(() => {
    if (!isOpen) returnFocus();
  }, [isOpen]);
  // With an account open the key means its own; without one, the last that was.
  const scope = open ?? rememberedScope();
  useShortcuts({
    palette: openPalette,
    bulkRelease: () => {
      if (scope) void router.navigate({ to: '/a/$account/$region/fleet', params: scope, search: {} });
    },
  });
  return (
    <Modal
      opened={isOpen}
      onClose={closePalette}
      withCloseButton={false}
      size={640}
      yOffset={80}
      padding={0}
      // The search takes the focus before the dialog looks at what had it.
      returnFocus={false}
      // It also opens over a dialog.
      zIndex={getDefaultZIndex('max')}
      transitionProps={{ duration: 0 }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      attributes={{ content: { 'aria-label': PALETTE_TEXT.label } }}
    >
      <PaletteContent />
    </Modal>
  );
}

function PaletteContent() {
  const listId = useId();
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // At once: the dialog gives the focus a moment later, and letters until then would be lost, or be shortcuts of the page.
  useLayoutEffect(() => field.current?.focus({ preventScroll: true }), []);
  const wanted = text.trim();
  const search = useNameSearch(wanted, { limit: OF_EACH_KIND, enabled: wanted !== '' });
  const accountName = useAccountName();
  const actions = usePaletteActions(wanted, search, accountName);
  const [chosen, setChosen] = useState<string>();
  const isWaiting = useRef(false);
  const active = actions.find(({ id }) => id === chosen) ?? actions[0];

  const run = (action: PaletteAction): void => {
    closePalette();
    action.run();
  };
  // Enter counts for what was typed, not for what is still shown of the text before.
  const onAnswer = useEffectEvent(() => {
    if (isWaiting.current && active !== undefined) run(active);
    isWaiting.current = false;
  });
  useEffect(() => {
    if (!search.isBehind) onAnswer();
  }, [search.isBehind]);

  const move = (by: number): void => {
    const index = (active === undefined ? -1 : actions.indexOf(active)) + by;
    setChosen(actions.at(index === actions.length ? 0 : index)?.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const isMark = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'd';
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Escape') closePalette();
    else if (isMark && active?.service !== undefined) toggleFavourite(active.service);
    else if (event.key !== 'Enter') return;
    else if (search.isBehind) isWaiting.current = true;
    else if (active !== undefined) run(active);
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        ref={field}
        data-autofocus
        size="md"
        role="combobox"
        aria-label={PALETTE_TEXT.search}
        aria-expanded
        aria-controls={listId}
        aria-autocomplete="list"
        {...(active === undefined ? {} : { 'aria-activedescendant': optionId(active) })}
        // Escape closes the palette, and not a dialog below it as well.
        data-mantine-stop-propagation
        placeholder={PALETTE_TEXT.placeholder}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(undefined);
          isWaiting.current = false;
        }}
        onKeyDown={onKeyDown}
        classNames={{ input: styles.search }}
      />
      <PaletteList id={listId} actions={actions} active={active?.id} text={wanted} onRun={run} />
      {actions.length === 0 && !search.isBehind ? (
        <p className={styles.none} role="status">
          {PALETTE_TEXT.noMatches}
        </p>
      ) : null}
      <SearchStatus search={search} accountName={accountName} />
    </>
  );
}

/** Favourites and recent services first; once something is typed, what it finds. */
function usePaletteActions(
  text: string,
  search: NameSearch,
  accountName: AccountName,
): readonly PaletteAction[] {
  const router = useRouter();
  const cache = useQueryClient();
  const place = usePlace();
  const { setColorScheme } = useMantineColorScheme();
  const favourites = useFavourites();
  const recent = useRecentServices();
  const around = { router, cache, place, setColorScheme };
  const links = { router, accountName };
  if (text === '') {
    return [
      ...favourites.map((service) => serviceAction(service, PALETTE_TEXT.favourites, links)),
      ...recent
        .filter((service) => !favourites.some((each) => isSameService(each, service)))
        .slice(0, MOST_RECENT)
        .map((service) => serviceAction(service, PALETTE_TEXT.recent, links)),
      ...actionsOfPlace(around),
      ...otherActions(around),
    ];
  }
  return [
    ...matchingActions(actionsOfPlace(around), text),
    ...(search.answer === undefined
      ? []
      : resultActions(search.answer, { ...links, now: search.answeredAt })),
    ...matchingActions(otherActions(around), text),
  ];
}
