import { plainText } from '../../../../shared/escape-sequences.ts';
import type { LogLevel, ServiceLogLine } from '../../../../shared/model/log.ts';

/** So many lines are held; the oldest go first. Beyond it there is room, so that not every batch moves them all. */
export const MOST_LINES = 200_000;
const SLACK = 2_000;

/** Frames of a stack trace that are lines of their own belong to the line before them, if they came within this time. */
const FRAMES_WITHIN_MS = 1_000;
const MOST_REST = 2_000;

/** The most severe first. */
export const LOG_LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** A line with what belongs to it: further lines of the same text, and the frames of its stack trace. */
export interface LogEntry {
  /** In the order of arrival. */
  readonly key: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly line: ServiceLogLine;
  /** Lines without a level count as info. */
  readonly level: LogLevel;
  /** The first line as it was written, with its escape sequences. */
  readonly head: string;
  readonly rest: readonly string[];
  /** The frames that were lines of their own. */
  readonly attached: readonly ServiceLogLine[];
  /** All of it without escape sequences: what a filter searches. */
  readonly text: string;
}

export interface LogCounts {
  readonly levels: ReadonlyMap<string, number>;
  readonly tasks: ReadonlyMap<string, number>;
  readonly containers: ReadonlyMap<string, number>;
  readonly revisions: ReadonlyMap<string, number>;
}

interface Added {
  /** New entries, in their order. */
  readonly entries: readonly LogEntry[];
  /** Entries that were there before and have got frames. */
  readonly grown: readonly LogEntry[];
}

export interface LogStore {
  /** By time; those of the same time in the order of arrival. The array is the same one while lines are added. */
  readonly entries: readonly LogEntry[];
  readonly lines: number;
  /** Lines that were dropped because there were too many. */
  readonly dropped: number;
  readonly counts: LogCounts;
  /** The first line with the level error of each revision. */
  readonly firstErrors: ReadonlyMap<string, LogEntry>;
  /** Adds lines that are not there yet, by their id. */
  add(lines: readonly ServiceLogLine[]): Added;
}

type Growing = { -readonly [Key in keyof LogEntry]: LogEntry[Key] };

/** The lines of all tasks, merged by time. */
export function createLogStore(most = MOST_LINES, slack = SLACK): LogStore {
  const entries: LogEntry[] = [];
  const ids = new Set<string>();
  const lastOfSource = new Map<string, Growing>();
  const counts = { levels: newCount(), tasks: newCount(), containers: newCount(), revisions: newCount() };
  const firstErrors = new Map<string, LogEntry>();
  let nextKey = 0;
  let lines = 0;
  let dropped = 0;

  function count({ line, level, attached }: LogEntry, sign: 1 | -1): void {
    bump(counts.levels, level, sign);
    bump(counts.tasks, line.taskId, sign * (1 + attached.length));
    bump(counts.containers, line.container, sign * (1 + attached.length));
    bump(counts.revisions, line.revision, sign * (1 + attached.length));
    lines += sign * (1 + attached.length);
  }

  function dropOldest(): void {
    if (lines <= most + slack) return;
    let end = 0;
    while (end < entries.length && lines > most) {
      const entry = entries[end];
      if (entry === undefined) break;
      count(entry, -1);
      ids.delete(entry.line.id);
      for (const { id } of entry.attached) ids.delete(id);
      dropped += 1 + entry.attached.length;
      end += 1;
    }
    entries.splice(0, end);
  }

  /** Whether the line was added to the one before it of the same container. */
  function attach(line: ServiceLogLine, time: number, source: string): Growing | undefined {
    const last = lastOfSource.get(source);
    if (last === undefined || !isFrame(line.text) || last.rest.length >= MOST_REST) return undefined;
    if (Math.abs(time - last.time) > FRAMES_WITHIN_MS) return undefined;
    last.attached = [...last.attached, line];
    last.rest = [...last.rest, line.text];
    last.text = `${last.text}\n${plainText(line.text)}`;
    return last;
  }

  return {
    entries,
    counts,
    firstErrors,
    get lines() {
      return lines;
    },
    get dropped() {
      return dropped;
    },
    add(batch) {
      const fresh: Growing[] = [];
      const grown = new Set<LogEntry>();
      for (const line of batch) {
        if (ids.has(line.id)) continue;
        ids.add(line.id);
        const time = timeOf(line, fresh.at(-1) ?? entries.at(-1));
        const source = `${line.taskId} ${line.container}`;
        const last = attach(line, time, source);
        if (last === undefined) {
          const entry = newEntry(nextKey, time, line);
          nextKey += 1;
          fresh.push(entry);
          lastOfSource.set(source, entry);
        } else if (last.key < nextKey - fresh.length) {
          grown.add(last);
          bump(counts.tasks, line.taskId, 1);
          bump(counts.containers, line.container, 1);
          bump(counts.revisions, line.revision, 1);
          lines += 1;
        }
      }
      for (const entry of fresh) count(entry, 1);
      fresh.sort(inOrder);
      for (const entry of fresh) noteError(firstErrors, entry);
      mergeInOrder(entries, fresh);
      dropOldest();
      return { entries: fresh, grown: [...grown] };
    },
  };
}

/** Where two entries stand to each other: by time, then by arrival. */
export function inOrder(a: LogEntry, b: LogEntry): number {
  return a.time - b.time || a.key - b.key;
}

/** Puts entries that are in order into a list that is in order. Most come at its end. */
export function mergeInOrder(list: LogEntry[], added: readonly LogEntry[]): void {
  const [first] = added;
  if (first === undefined) return;
  const later = list.splice(placeOf(list, first));
  if (later.length === 0) {
    for (const entry of added) list.push(entry);
    return;
  }
  let place = 0;
  for (const entry of added) {
    for (let next = later[place]; next !== undefined && inOrder(next, entry) < 0; next = later[place]) {
      list.push(next);
      place += 1;
    }
    list.push(entry);
  }
  for (; place < later.length; place += 1) {
    const next = later[place];
    if (next !== undefined) list.push(next);
  }
}

/** The place of the first entry that does not come before this one, by bisection. */
function placeOf(list: readonly LogEntry[], entry: LogEntry): number {
  let low = 0;
  let high = list.length;
  const last = list.at(-1);
  if (last === undefined || inOrder(last, entry) < 0) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = list[middle];
    if (at !== undefined && inOrder(at, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of the first entry at this time or after it. */
export function placeOfTime(list: readonly LogEntry[], time: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.time ?? time) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A frame or a further cause of a stack trace: `    at f (a.js:1:2)` of JavaScript and Java, `  File "a.py", line 1` of
 * Python, `Caused by: …`, `... 12 more`.
 */
function isFrame(text: string): boolean {
  const first = text.charCodeAt(0);
  // A space, a tab, a full stop or a C.
  if (first !== 32 && first !== 9 && first !== 46 && first !== 67) return false;
  return /^(?:[ \t]{1,20}(?:at |File "|\.{3} \d)|\.{3} \d|Caused by: )/.test(text);
}

function newEntry(key: number, time: number, line: ServiceLogLine): Growing {
  const [head = '', ...rest] = line.text.includes('\n')
    ? line.text.split('\n', MOST_REST).filter((part, index) => index === 0 || part !== '')
    : [line.text];
  const text = plainText(line.text);
  return { key, time, line, level: line.level ?? 'info', head, rest, attached: [], text };
}

/** A line without a time stands where it arrived. */
function timeOf({ at, ingestedAt }: ServiceLogLine, before: LogEntry | undefined): number {
  const written = at ?? ingestedAt;
  return written === undefined ? (before?.time ?? 0) : Date.parse(written);
}

function noteError(firstErrors: Map<string, LogEntry>, entry: LogEntry): void {
  if (entry.level !== 'error') return;
  const first = firstErrors.get(entry.line.revision);
  if (first === undefined || inOrder(entry, first) < 0) firstErrors.set(entry.line.revision, entry);
}

function newCount(): Map<string, number> {
  return new Map();
}

function bump(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
