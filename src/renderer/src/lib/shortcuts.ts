import { type HotkeyItem, useHotkeys } from '@mantine/hooks';
import { useEffect } from 'react';
import { SERVICE_TABS } from './search.ts';

interface Shortcut {
  /** The keys, each with the same meaning or, for `tab`, with its place in the list; `mod` is Ctrl, on a Mac ⌘. */
  readonly keys: readonly string[];
  readonly what: string;
  /** Other names of the same keys on some keyboards; not shown. */
  readonly aliases?: readonly string[];
  /** Bound by the browser or the component library; listed so that the sheet is complete. */
  readonly isBuiltIn?: true;
  /** Also works while a dialog is open. */
  readonly worksInDialogs?: true;
  /** Also works while the person types, in a field or an editor. */
  readonly worksInFields?: true;
  /** The shortcut of the same key that rests while this one is bound. It is listed in the sheet for both. */
  readonly before?: string;
  /** The key presses a button that has the focus, and is left to it. */
  readonly isLeftToButtons?: true;
}

/** Every keyboard shortcut: `useShortcuts` binds them, buttons show them, and the sheet lists them in this order. */
const SHORTCUTS = {
  palette: {
    keys: ['mod+K'],
    what: 'Search services, clusters, images and actions',
    worksInDialogs: true,
    worksInFields: true,
  },
  favourite: { keys: ['mod+D'], what: 'In search: mark the service as a favourite', isBuiltIn: true },
  filter: { keys: ['/'], what: 'Filter the services; in logs, the lines' },
  next: { keys: ['J'], what: 'Next service (also ↓); in logs, next line' },
  previous: { keys: ['K'], what: 'Previous service (also ↑); in logs, previous line' },
  open: { keys: ['Enter'], what: 'Open the service', isBuiltIn: true },
  deploy: { keys: ['D'], what: 'Deploy the open service' },
  rollback: { keys: ['R'], what: 'Roll back the open service' },
  scale: { keys: ['S'], what: 'Scale the open service' },
  tab: { keys: SERVICE_TABS.map((_, index) => String(index + 1)), what: 'Switch tabs of the open service' },
  logFollow: { keys: ['Space'], what: 'In logs: follow new lines, or pause', isLeftToButtons: true },
  logFilter: { keys: ['/'], what: 'Filter the lines', before: 'filter' },
  logNext: { keys: ['J'], what: 'Next line', before: 'next' },
  logPrevious: { keys: ['K'], what: 'Previous line', before: 'previous' },
  logWrap: { keys: ['W'], what: 'In logs: wrap long lines' },
  logCopy: { keys: ['C'], what: 'In logs: copy the chosen lines, or those on the screen' },
  bulkRelease: { keys: ['M'], what: 'Open a bulk release' },
  submit: { keys: ['mod+Enter'], what: 'Review changes, or accept the plan', isBuiltIn: true },
  settings: { keys: ['mod+,'], what: 'Open the settings' },
  sheet: { keys: ['?'], what: 'Show keyboard shortcuts', aliases: ['shift+?'], worksInDialogs: true },
  close: { keys: ['Esc'], what: 'Close the open dialog', isBuiltIn: true },
} as const satisfies Readonly<Record<string, Shortcut>>;

export type ShortcutId = keyof typeof SHORTCUTS;
type BoundShortcut = {
  [Id in ShortcutId]: (typeof SHORTCUTS)[Id] extends { readonly isBuiltIn: true } ? never : Id;
}[ShortcutId];

/** What a shortcut does; it is told which of its keys was pressed, counted from 0. */
type Actions = Readonly<Partial<Record<BoundShortcut, (key: number) => void>>>;

/** How many views bind a shortcut that another one rests for, by the one that rests. */
const resting = new Map<string, number>();

/** Binds shortcuts while the view is shown. Most of them rest while the person types and while a dialog is open. */
export function useShortcuts(actions: Actions): void {
  const claimed = Object.entries(SHORTCUTS).flatMap(([id, shortcut]: readonly [string, Shortcut]) =>
    shortcut.before !== undefined && Object.hasOwn(actions, id) ? [shortcut.before] : [],
  );
  const claims = claimed.join(' ');
  useEffect(() => {
    const ids = claims.split(' ');
    for (const id of ids) resting.set(id, (resting.get(id) ?? 0) + 1);
    return () => {
      for (const id of ids) resting.set(id, (resting.get(id) ?? 0) - 1);
    };
  }, [claims]);
  useHotkeys(boundKeys(actions, (shortcut) => shortcut.worksInFields !== true));
  useHotkeys(
    boundKeys(actions, (shortcut) => shortcut.worksInFields === true),
    [],
    true,
  );
}

function boundKeys(actions: Actions, isMeant: (shortcut: Shortcut) => boolean): HotkeyItem[] {
  return Object.entries(SHORTCUTS).flatMap(([id, shortcut]: readonly [string, Shortcut]) => {
    if (!isMeant(shortcut)) return [];
    const run = Object.hasOwn(actions, id) ? actions[id as BoundShortcut] : undefined;
    if (run === undefined) return [];
    const onKey = (event: KeyboardEvent, key: number): void => {
      if ((resting.get(id) ?? 0) > 0) return;
      if (shortcut.isLeftToButtons === true) {
        if (isOnButton(event.target)) return;
        event.preventDefault();
      }
      if (shortcut.worksInDialogs === true || !isInDialog(event.target)) run(key);
    };
    const options = { preventDefault: shortcut.isLeftToButtons !== true };
    return [
      ...shortcut.keys.map((key, index): HotkeyItem => [key, (event) => onKey(event, index), options]),
      ...(shortcut.aliases ?? []).map((alias): HotkeyItem => [alias, (event) => onKey(event, 0), options]),
    ];
  });
}

/** Every shortcut for the sheet, in its order. */
export function allShortcuts(): readonly { readonly what: string; readonly labels: readonly string[] }[] {
  return Object.values(SHORTCUTS).flatMap(({ what, keys, before }: Shortcut) =>
    before === undefined ? [{ what, labels: labelsOf(keys) }] : [],
  );
}

/** The keys of a shortcut as this machine's keyboard writes them, such as `⌘ K`. */
export function shortcutLabel(id: ShortcutId): string {
  return labelsOf(SHORTCUTS[id].keys).join(' ');
}

/** The shortcut for `aria-keyshortcuts`. */
export function ariaShortcut(id: ShortcutId): string {
  return SHORTCUTS[id].keys.map((key) => key.replace('mod+', 'Control+')).join(' ');
}

function labelsOf(keys: readonly string[]): readonly string[] {
  const mod = navigator.userAgent.includes('Mac') ? '⌘' : 'Ctrl';
  return keys.map((key) => key.replace('mod+', `${mod} `));
}

function isOnButton(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  // The tab that is open has nothing more to do.
  return target.closest('button:not([role="tab"][aria-selected="true"]), a, summary') !== null;
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"]') !== null;
}
