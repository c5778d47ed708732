import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ServiceLogSource } from '../../../../shared/model/log.ts';
import { inOrder, type LogEntry, placeOfTime } from './log-store.ts';
import { LOGS_TEXT } from './logs-text.ts';

/** Something that happened between two lines. */
export interface LogMark {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly kind: 'started' | 'ended' | 'healthy' | 'error' | 'stopped';
  readonly title: string;
  /** Whether it is bad news. */
  readonly isBad: boolean;
}

/** What a row of the list is about. */
export type LogRow = LogEntry | LogMark;

/** A list of tasks that stop all the time would hide the lines. */
const MOST_STOPPED = 30;

/** The first task of a revision that was seen to become healthy. */
export interface SeenHealthy {
  readonly revision: string;
  readonly taskId: string;
  readonly time: number;
}

interface MarkFacts {
  readonly deployments: readonly Deployment[];
  readonly sources: readonly ServiceLogSource[];
  readonly healthy: readonly SeenHealthy[];
  readonly firstErrors: ReadonlyMap<string, LogEntry>;
  readonly since: number;
  readonly until: number;
}

/** The marks of a time range, in their order. */
export function marksOf(facts: MarkFacts): readonly LogMark[] {
  const { deployments, sources, healthy, firstErrors, since, until } = facts;
  const marks: LogMark[] = [];
  for (const { id, revision, startedAt, createdAt, finishedAt, outcome, callerIdentity } of deployments) {
    const name = revision ?? id;
    const start = startedAt ?? createdAt;
    if (start !== undefined) {
      const title = LOGS_TEXT.mark.started(name, callerIdentity);
      marks.push({ id: `started ${id}`, time: Date.parse(start), kind: 'started', title, isBad: false });
    }
    if (finishedAt !== undefined) {
      const isBad = outcome !== 'succeeded';
      const title = LOGS_TEXT.mark.ended(name, outcome);
      marks.push({ id: `ended ${id}`, time: Date.parse(finishedAt), kind: 'ended', title, isBad });
    }
  }
  for (const { revision, taskId, time } of healthy) {
    const title = LOGS_TEXT.mark.healthy(revision, shortTask(taskId));
    marks.push({ id: `healthy ${revision}`, time, kind: 'healthy', title, isBad: false });
  }
  for (const [revision, { time }] of firstErrors) {
    const title = LOGS_TEXT.mark.error(revision);
    marks.push({ id: `error ${revision}`, time, kind: 'error', title, isBad: true });
  }
  marks.push(...stoppedMarks(sources));
  return marks.filter(({ time }) => time >= since && time < until).sort((a, b) => a.time - b.time);
}

function stoppedMarks(sources: readonly ServiceLogSource[]): readonly LogMark[] {
  const byTask = new Map(sources.map((source) => [source.taskId, source]));
  return [...byTask.values()]
    .flatMap(({ taskId, revision, stoppedAt }) =>
      stoppedAt === undefined ? [] : [{ taskId, revision, time: Date.parse(stoppedAt) }],
    )
    .sort((a, b) => b.time - a.time)
    .slice(0, MOST_STOPPED)
    .map(({ taskId, revision, time }): LogMark => {
      const title = LOGS_TEXT.mark.stopped(revision, shortTask(taskId));
      return { id: `stopped ${taskId}`, time, kind: 'stopped', title, isBad: false };
    });
}

/**
 * The rows of a list: entries from a place on, with the marks that stand between them. The first error is the line itself, so
 * that it has no band.
 */
export function rowsOf(
  entries: readonly LogEntry[],
  from: number,
  marks: readonly LogMark[],
): readonly LogRow[] {
  const rows: LogRow[] = [];
  let place = from;
  for (const mark of marks) {
    if (mark.kind === 'error') continue;
    const at = placeOfTime(entries, mark.time);
    if (at < from) continue;
    for (; place < at; place += 1) push(rows, entries[place]);
    rows.push(mark);
  }
  for (; place < entries.length; place += 1) push(rows, entries[place]);
  return rows;
}

function push(rows: LogRow[], entry: LogEntry | undefined): void {
  if (entry !== undefined) rows.push(entry);
}

export function isEntry(row: LogRow): row is LogEntry {
  return 'line' in row;
}

/** The row that stands at a moment or next after it; the last one where there is none. */
export function rowAt(rows: readonly LogRow[], time: number): number {
  const found = rows.findIndex((row) => row.time >= time);
  return found === -1 ? rows.length - 1 : found;
}

/** The beginning of a task's id. */
export function shortTask(taskId: string): string {
  return taskId.slice(0, 6);
}

/** The revisions that write, the newest of the service's family or the one that it is set to apart from the old ones. */
export function splitRevisions(
  writing: ReadonlySet<string>,
  current: string,
): { readonly newest: string; readonly earlier: readonly string[] } {
  const newest = newestRevision(writing, current);
  return { newest, earlier: [...writing].filter((each) => each !== newest) };
}

function newestRevision(revisions: Iterable<string>, current: string): string {
  const family = current.slice(0, current.lastIndexOf(':') + 1);
  const ofFamily = [...revisions].filter((name) => name.startsWith(family));
  const numberOf = (name: string): number => Number(name.slice(family.length));
  return ofFamily.reduce(
    (newest, name) => (numberOf(name) > numberOf(newest) ? name : newest),
    ofFamily[0] ?? current,
  );
}

/** The lines of an entry as they were written, in their order. */
export function entriesAsText(entries: readonly LogEntry[]): string {
  return linesOf(entries)
    .map(({ at, ingestedAt, revision, taskId, container, level, text }) =>
      [at ?? ingestedAt ?? '', revision, shortTask(taskId), container, level?.toUpperCase() ?? '', text].join(
        ' ',
      ),
    )
    .join('\n');
}

/** The same, each line as a JSON object. */
export function entriesAsJson(entries: readonly LogEntry[]): string {
  return linesOf(entries)
    .map((line) => JSON.stringify(line))
    .join('\n');
}

function linesOf(entries: readonly LogEntry[]) {
  return entries.toSorted(inOrder).flatMap(({ line, attached }) => [line, ...attached]);
}
