import { inOrder, type LogEntry, type LogStore, mergeInOrder } from './log-store.ts';

/** Entries that are tried between two looks at the clock. */
const TRIED_AT_ONCE = 500;

/** The entries of a store that a filter shows. A new filter is applied in parts, newest entries first. */
export interface LogView {
  /** In their order. The array is the same one until the filter changes. */
  readonly entries: readonly LogEntry[];
  /** Lines of these entries, with the frames of stack traces. */
  readonly lines: number;
  /** Lines that are drawn below the first one of their entry. */
  readonly restLines: number;
  /** Lines that were added and match, since the filter changed. */
  readonly arrived: number;
  /** Whether all entries have been tried. */
  readonly isComplete: boolean;
  /** Shows other entries: those for which `matches` is true. */
  apply(matches: (entry: LogEntry) => boolean): void;
  /** Takes note of what was added to the store. */
  add(added: ReturnType<LogStore['add']>): void;
  /** Goes on with a new filter until all entries are tried, or `isOver` says that the time is up. */
  work(isOver: () => boolean): void;
}

/** Lines below the first one that are drawn while the rest is folded. */
export const SHOWN_REST = 2;

export function createLogView(store: LogStore): LogView {
  let matches: (entry: LogEntry) => boolean = () => true;
  let entries: LogEntry[] = [...store.entries];
  /** Still to be tried, from its end. */
  let untried: readonly LogEntry[] = [];
  let left = 0;
  let lines = sum(entries, linesOf);
  let restLines = sum(entries, restOf);
  let arrived = 0;

  function dropOldest(): void {
    const [first] = store.entries;
    if (first === undefined) return;
    let end = 0;
    for (let entry = entries[end]; entry !== undefined && inOrder(entry, first) < 0; entry = entries[end]) {
      lines -= linesOf(entry);
      restLines -= restOf(entry);
      end += 1;
    }
    if (end > 0) entries.splice(0, end);
  }

  return {
    get entries() {
      return entries;
    },
    get lines() {
      return lines;
    },
    get restLines() {
      return restLines;
    },
    get arrived() {
      return arrived;
    },
    get isComplete() {
      return left === 0;
    },
    apply(next) {
      matches = next;
      entries = [];
      lines = 0;
      restLines = 0;
      arrived = 0;
      untried = [...store.entries];
      left = untried.length;
    },
    add({ entries: added, grown }) {
      const fresh = added.filter(matches);
      mergeInOrder(entries, fresh);
      lines += sum(fresh, linesOf);
      restLines += sum(fresh, restOf);
      arrived += sum(fresh, linesOf);
      if (grown.length > 0) {
        // Rare: a stack trace in two batches. What it matches now may be in its frames.
        const shown = new Set(entries);
        mergeInOrder(entries, grown.filter((entry) => !shown.has(entry) && matches(entry)).sort(inOrder));
        lines = sum(entries, linesOf);
        restLines = sum(entries, restOf);
      }
      dropOldest();
    },
    work(isOver) {
      const parts: LogEntry[][] = [];
      while (left > 0) {
        const start = Math.max(0, left - TRIED_AT_ONCE);
        const found = untried.slice(start, left).filter(matches);
        left = start;
        parts.unshift(found);
        lines += sum(found, linesOf);
        restLines += sum(found, restOf);
        if (isOver()) break;
      }
      if (left === 0) untried = [];
      const found = parts.flat();
      const first = entries[0];
      const last = found.at(-1);
      if (last === undefined) return;
      // Entries that have been added since then may stand between these.
      if (first === undefined || inOrder(last, first) < 0) entries = found.concat(entries);
      else mergeInOrder(entries, found);
      dropOldest();
    },
  };
}

function linesOf({ attached }: LogEntry): number {
  return 1 + attached.length;
}

function restOf({ rest }: LogEntry): number {
  return Math.min(SHOWN_REST, rest.length);
}

function sum(entries: readonly LogEntry[], of: (entry: LogEntry) => number): number {
  let total = 0;
  for (const entry of entries) total += of(entry);
  return total;
}
