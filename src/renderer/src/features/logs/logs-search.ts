import type { LogsSearch } from '../../lib/search.ts';
import { ALL, type Choice, type LogFilter, NO_FILTER } from './log-filter.ts';
import { LOG_LEVELS } from './log-store.ts';

/** The names of ranges that end now, in milliseconds. */
const LASTING = { '15m': 900_000, '1h': 3_600_000, '3h': 10_800_000, '24h': 86_400_000 } as const;
type Lasting = keyof typeof LASTING;

export type LogRange =
  | { readonly kind: Lasting | 'deployment' }
  | { readonly kind: 'between'; readonly from: string; readonly until: string | undefined };

/** What the address says of the log view. */
export interface LogsAddress {
  readonly range: LogRange;
  readonly filter: LogFilter;
  /** The moment that is shown, in milliseconds. */
  readonly moment: number | undefined;
}

/** Of a link to a moment: so much before and after it is read. */
const AROUND_MS = 900_000;
const LONGEST_TEXT = 500;

/** What the search of the address means; what it does not know falls away. */
export function logsAddressOf(search: LogsSearch): LogsAddress {
  const levels = search.levels?.split(',');
  const moment = Date.parse(search.at ?? '');
  return {
    range: rangeOf(search),
    filter: {
      ...NO_FILTER,
      text: (search.q ?? '').slice(0, LONGEST_TEXT),
      isExpression: search.regex === 'on',
      isCaseSensitive: search.case === 'on',
      hiddenLevels: levels === undefined ? [] : LOG_LEVELS.filter((level) => !levels.includes(level)),
      tasks: choiceOf(search.task),
      containers: choiceOf(search.container),
      revisions: choiceOf(search.revision),
    },
    moment: Number.isNaN(moment) ? undefined : moment,
  };
}

/** The search of the address; what is usual is left out. */
export function searchOf({ range, filter, moment }: LogsAddress): LogsSearch {
  const { text, isExpression, isCaseSensitive, hiddenLevels, tasks, containers, revisions } = filter;
  return {
    ...(range.kind !== '15m' && range.kind !== 'between' && { range: range.kind }),
    ...(range.kind === 'between' && { from: range.from }),
    ...(range.kind === 'between' && range.until !== undefined && { until: range.until }),
    ...(text !== '' && { q: text }),
    ...(isExpression && { regex: 'on' }),
    ...(isCaseSensitive && { case: 'on' }),
    ...(hiddenLevels.length > 0 && {
      levels: LOG_LEVELS.filter((level) => !hiddenLevels.includes(level)).join(','),
    }),
    ...named('task', tasks),
    ...named('container', containers),
    ...named('revision', revisions),
    ...(moment !== undefined && { at: new Date(moment).toISOString() }),
  };
}

/** The address of a moment: a range around it that does not move with the time, and the same filter. */
export function momentAddress(filter: LogFilter, moment: number): LogsAddress {
  const [from, until] = [moment - AROUND_MS, moment + AROUND_MS].map((time) => new Date(time).toISOString());
  return { range: { kind: 'between', from: from ?? '', until }, filter, moment };
}

/** The times that are read, as services.logs takes them. */
export interface LogWindow {
  readonly since: string;
  readonly until: string | undefined;
  /** Whether its lines are of more than one half of a day, so that the time of day is not enough. */
  readonly hasDates: boolean;
}

const DATES_FROM_MS = 43_200_000;

/** @param deployedAt when the last deployment started, for the range of that name */
export function windowOf(range: LogRange, deployedAt: string | undefined, now = Date.now()): LogWindow {
  const until = range.kind === 'between' ? range.until : undefined;
  const since = sinceOf(range, deployedAt, now);
  const hasDates = (until === undefined ? now : Date.parse(until)) - Date.parse(since) > DATES_FROM_MS;
  return { since, until, hasDates };
}

function sinceOf(range: LogRange, deployedAt: string | undefined, now: number): string {
  if (range.kind === 'between') return range.from;
  if (range.kind === 'deployment' && deployedAt !== undefined) return deployedAt;
  const duration = range.kind === 'deployment' ? LASTING['24h'] : LASTING[range.kind];
  return new Date(now - duration).toISOString();
}

function rangeOf({ range, from, until }: LogsSearch): LogRange {
  const start = instantOf(from);
  if (start !== undefined) return { kind: 'between', from: start, until: instantOf(until) };
  const known = ([...Object.keys(LASTING), 'deployment'] as (Lasting | 'deployment')[]).find(
    (each) => each === range,
  );
  return { kind: known ?? '15m' };
}

function instantOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** `a,b`: only these; `!a,b`: all others. */
function choiceOf(text: string | undefined): Choice {
  if (text === undefined || text === '') return ALL;
  const isExcept = text.startsWith('!');
  const names = text
    .slice(isExcept ? 1 : 0)
    .split(',')
    .filter((name) => name !== '');
  return { kind: isExcept ? 'except' : 'only', names };
}

function named(key: 'task' | 'container' | 'revision', choice: Choice): LogsSearch {
  if (choice.kind === 'all') return {};
  return { [key]: `${choice.kind === 'except' ? '!' : ''}${choice.names.join(',')}` };
}
