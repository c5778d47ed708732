import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { LINE_HEIGHT, REST_HEIGHT } from './log-list.tsx';
import { isEntry, type LogMark, type LogRow, rowAt, rowsOf } from './log-marks.ts';
import { inOrder, type LogEntry } from './log-store.ts';
import { type LogView, SHOWN_REST } from './log-view.ts';

/** The newest entries that are drawn while the list follows: more than the tallest window shows. */
const FOLLOWED = 120;

/** The rows that are on the screen while nothing follows. */
interface Paused {
  /** Changes with the rows. */
  readonly snapshot: number;
  readonly rows: readonly LogRow[];
  /** Matching lines that had arrived. */
  readonly arrived: number;
  /** Of the newest line, in milliseconds. */
  readonly time: number | undefined;
  /** The moment that comes into sight. */
  readonly moment: number | undefined;
  /** The rule that these rows follow. */
  readonly matches: ((entry: LogEntry) => boolean) | undefined;
}

/** The lines that a person has chosen, from the first to the last that was pressed. */
interface ChosenLines {
  readonly first: LogEntry;
  readonly last: LogEntry;
}

interface RowsOptions {
  readonly view: LogView;
  readonly marks: readonly LogMark[];
  /** The moment of the address: the list begins paused there, once its lines have been read. */
  readonly moment: number | undefined;
  readonly isCaughtUp: boolean;
  /** The rule that says what is shown; undefined while it is not ready. */
  readonly matches: ((entry: LogEntry) => boolean) | undefined;
  readonly apply: (matches: (entry: LogEntry) => boolean) => void;
}

/** The rows on the screen: the newest ones as they come, or all of one moment. */
export function useRows({ view, marks, moment, isCaughtUp, matches, apply }: RowsOptions) {
  const [paused, setPaused] = useState<Paused | undefined>(() =>
    moment === undefined
      ? undefined
      : { snapshot: 0, rows: [], arrived: 0, time: undefined, moment, matches: undefined },
  );
  const [chosen, setChosen] = useState<ChosenLines>();
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const toggleOpen = useCallback((key: number): void => {
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);

  useEffect(() => {
    if (matches !== undefined) apply(matches);
  }, [matches, apply]);

  const freeze = (at?: number): void => {
    const rows = rowsOf(view.entries, 0, marks);
    const time = view.entries.at(-1)?.time;
    const { arrived } = view;
    setPaused((before) => ({
      snapshot: (before?.snapshot ?? 0) + 1,
      rows,
      arrived,
      time,
      moment: at,
      matches,
    }));
    if (at === undefined) return;
    const found = rows.slice(Math.max(0, rowAt(rows, at))).find(isEntry);
    if (found !== undefined) setChosen({ first: found, last: found });
  };
  const isUnread = paused?.snapshot === 0;
  /** Whether the rows of the pause are still those of another filter, or not read yet. */
  const isStale = paused !== undefined && matches !== undefined && paused.matches !== matches;
  const freezeOnceSettled = useEffectEvent(() => {
    if (isStale && view.isComplete && (!isUnread || isCaughtUp)) freeze(isUnread ? paused.moment : undefined);
  });
  // oxlint-disable-next-line react/set-state-in-effect -- the view is settled only after the effect above
  useEffect(() => freezeOnceSettled());

  const tail = Math.max(0, view.entries.length - FOLLOWED);
  const tailRest = view.entries
    .slice(tail)
    .reduce((sum, { rest }) => sum + Math.min(SHOWN_REST, rest.length), 0);
  const rows = paused?.rows ?? rowsOf(view.entries, tail, marks);
  const pause = (): void => {
    if (paused === undefined && view.entries.length > 0) freeze();
  };
  return {
    paused,
    rows,
    /** Pixels of the rows before those that are drawn while it follows. */
    heightBefore: tail * LINE_HEIGHT + (view.restLines - tailRest) * REST_HEIGHT,
    /** Matching lines that have come since the pause. */
    fresh: paused === undefined ? 0 : Math.max(0, view.arrived - paused.arrived),
    isStale,
    /** The keys of the entries whose other lines or fields are shown. */
    opened,
    toggleOpen,
    chosen,
    /** The entries from the first to the last that is chosen. */
    chosenEntries: (): readonly LogEntry[] =>
      chosen === undefined ? [] : rows.filter(isEntry).filter((row) => isAmong(row, chosen)),
    choose: (entry: LogEntry): void => {
      pause();
      setChosen({ first: entry, last: entry });
    },
    /** Chooses the lines from the one that is chosen to this one. */
    chooseUpTo: (entry: LogEntry): void => {
      pause();
      setChosen({ first: chosen?.first ?? entry, last: entry });
    },
    /** Chooses the next entry above or below, at first the last one, and returns its place. */
    chooseNext: (by: 1 | -1): number | undefined => {
      pause();
      const next =
        chosen === undefined
          ? entryBeside(rows, rows.length, -1)
          : entryBeside(rows, rows.indexOf(chosen.last), by);
      if (next === undefined) return undefined;
      setChosen({ first: next.entry, last: next.entry });
      return next.index;
    },
    pause,
    follow: (): void => {
      setPaused(undefined);
      setChosen(undefined);
    },
    /** Pauses at a moment. */
    goTo: freeze,
  };
}

/** What is on the screen, and what can be done with it. */
export type Rows = ReturnType<typeof useRows>;

/** Whether an entry is one of those that were chosen. */
export function isAmong(entry: LogEntry, { first, last }: ChosenLines): boolean {
  const [from, to] = inOrder(first, last) <= 0 ? [first, last] : [last, first];
  return inOrder(entry, from) >= 0 && inOrder(entry, to) <= 0;
}

/** The next entry above or below a row, and its place. */
function entryBeside(
  rows: readonly LogRow[],
  row: number,
  by: 1 | -1,
): { readonly entry: LogEntry; readonly index: number } | undefined {
  for (let index = row + by; index >= 0 && index < rows.length; index += by) {
    const next = rows[index];
    if (next !== undefined && isEntry(next)) return { entry: next, index };
  }
  return undefined;
}
