/** The zone that a text without one is in: that of this machine, or UTC. */
export type MomentZone = 'local' | 'utc';

/** What a text means as a moment of the past. `future`: it is one, but has not come yet. */
export type MomentReading =
  | { readonly kind: 'moment'; readonly at: Date }
  | { readonly kind: 'future' }
  | { readonly kind: 'unreadable' };

export const MOMENT_EXAMPLES = 'Tuesday 14:00, yesterday 9:30, 2026-11-24 14:00 or 3 days ago';

const LONGEST_TEXT = 60;
const DAY_MS = 24 * 60 * 60 * 1000;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
};
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Reads a moment as people type it: `Tuesday 14:00` (the last one), `2026-11-24 14:00`, `24 Nov 14:00`, `yesterday 9:30`,
 * `14:00`, `3 days ago`, `2h`, ISO 8601, or `now`. A time without a zone is in `zone`; a day without a time is its start.
 */
export function readMoment(text: string, now: Date, zone: MomentZone): MomentReading {
  const words = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (words === '' || words.length > LONGEST_TEXT) return { kind: 'unreadable' };
  const at = momentOf(words, now, zone);
  if (at === undefined || Number.isNaN(at.getTime())) return { kind: 'unreadable' };
  return at.getTime() > now.getTime() ? { kind: 'future' } : { kind: 'moment', at };
}

/** The zone as people know it: `Europe/Berlin`, or `UTC`. */
export function zoneName(zone: MomentZone): string {
  return zone === 'utc' ? 'UTC' : new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function momentOf(words: string, now: Date, zone: MomentZone): Date | undefined {
  if (words === 'now') return now;
  return age(words, now) ?? isoMoment(words) ?? dayAndTime(words, now, zone);
}

/** `3 days ago`, `an hour ago`, `2h`, `10m`. */
function age(words: string, now: Date): Date | undefined {
  const found =
    /^(\d{1,6}|an?) ?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)( ago)?$/.exec(words);
  const [, count = '', unit = ''] = found ?? [];
  const ms = UNIT_MS[unit.slice(0, 1)];
  if (found === null || ms === undefined) return undefined;
  return new Date(now.getTime() - (count.startsWith('a') ? 1 : Number(count)) * ms);
}

/** ISO 8601 with a zone: `2026-11-24T14:00:00Z`, `2026-11-24 14:00 utc`, `2026-11-24T14:00+02:00`. */
function isoMoment(words: string): Date | undefined {
  const found =
    /^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?) ?(z|utc|[+-]\d{2}:?\d{2})$/.exec(words);
  if (found === null) return undefined;
  const [, day = '', time = '', offset = ''] = found;
  const zone = /^[+-]/.test(offset) ? offset.replace(/(\d{2}):?(\d{2})$/, '$1:$2') : 'Z';
  return new Date(`${day}T${time}${zone}`);
}

interface Day {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
}

interface TimeOfDay {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

const MIDNIGHT: TimeOfDay = { hours: 0, minutes: 0, seconds: 0 };

/** A day, a time, or both in either order. A day of the week, and a time alone, are the last ones that have come. */
function dayAndTime(words: string, now: Date, zone: MomentZone): Date | undefined {
  const text = words
    .replace(/^(?:last|on|at) /, '')
    .replace(/^(\d{4}-\d{2}-\d{2})t(?=\d)/, '$1 ')
    .replaceAll(/,| at /g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const alone = timeOf(text);
  if (alone !== undefined) return lastOf(dayOf(now, zone), alone, { now, zone, stepDays: 1 });
  const parts = text.split(' ');
  for (let length = parts.length; length > 0; length -= 1) {
    // A time has at most two words (`2 pm`), a date at most three.
    for (const [dayWords, timeWords] of [
      [parts.slice(0, length), parts.slice(length)],
      [parts.slice(-length), parts.slice(0, -length)],
    ] as const) {
      const time = timeWords.length === 0 ? MIDNIGHT : timeOf(timeWords.join(' '));
      const found = time === undefined ? undefined : dated(dayWords.join(' '), time, now, zone);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function dated(words: string, time: TimeOfDay, now: Date, zone: MomentZone): Date | undefined {
  const today = dayOf(now, zone);
  if (words === 'today') return dateOf(today, time, zone);
  if (words === 'yesterday') return dateOf({ ...today, day: today.day - 1 }, time, zone);
  const weekday = DAYS.findIndex(
    (name) => name === words || name.slice(0, 3) === words || (words.length > 3 && name.startsWith(words)),
  );
  if (weekday !== -1) {
    const back = (weekdayOf(now, zone) - weekday + 7) % 7;
    return lastOf({ ...today, day: today.day - back }, time, { now, zone, stepDays: 7 });
  }
  const day = isoDay(words) ?? namedDay(words, today);
  return day === undefined ? undefined : dateOf(day, time, zone);
}

interface LastOf {
  readonly now: Date;
  readonly zone: MomentZone;
  readonly stepDays: number;
}

/** The moment, or the one a step before it where it has not come yet. */
function lastOf(day: Day, time: TimeOfDay, { now, zone, stepDays }: LastOf): Date {
  const at = dateOf(day, time, zone);
  return at.getTime() <= now.getTime() ? at : dateOf({ ...day, day: day.day - stepDays }, time, zone);
}

/** `14:00`, `9:30:15`, `2pm`, `2:30 pm`. */
function timeOf(words: string): TimeOfDay | undefined {
  const [found, hour = '', minute, second = '0', half] =
    /^(\d{1,2})(?::(\d{2})(?::(\d{2}))?)? ?(am|pm)?$/.exec(words) ?? [];
  if (found === undefined || (minute === undefined && half === undefined)) return undefined;
  const [hours, minutes, seconds] = [Number(hour), Number(minute ?? '0'), Number(second)];
  if (minutes > 59 || seconds > 59 || hours > 23) return undefined;
  if (half === undefined) return { hours, minutes, seconds };
  if (hours < 1 || hours > 12) return undefined;
  return { hours: (hours % 12) + (half === 'pm' ? 12 : 0), minutes, seconds };
}

function isoDay(words: string): Day | undefined {
  const [found, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(words) ?? [];
  return found === undefined
    ? undefined
    : realDay({ year: Number(year), month: Number(month) - 1, day: Number(day) });
}

/** `24 nov`, `november 24`, `24 november 2026`; without a year the last one that has come. */
function namedDay(words: string, today: Day): Day | undefined {
  const [found, first, name = '', second, year] =
    /^(?:(\d{1,2})\.? )?([a-z]{3,9})(?: (\d{1,2}))?(?: (\d{4}))?$/.exec(words) ?? [];
  const day = first ?? second;
  const month = MONTHS.indexOf(name.slice(0, 3));
  if (
    found === undefined ||
    day === undefined ||
    month === -1 ||
    (first !== undefined && second !== undefined)
  )
    return undefined;
  if (year !== undefined) return realDay({ year: Number(year), month, day: Number(day) });
  const isToCome = month > today.month || (month === today.month && Number(day) > today.day);
  return realDay({ year: today.year - (isToCome ? 1 : 0), month, day: Number(day) });
}

/** Undefined for a day that no calendar has, such as 30 February. */
function realDay(day: Day): Day | undefined {
  const date = new Date(Date.UTC(day.year, day.month, day.day));
  return date.getUTCMonth() === day.month && date.getUTCDate() === day.day ? day : undefined;
}

function dayOf(now: Date, zone: MomentZone): Day {
  return zone === 'utc'
    ? { year: now.getUTCFullYear(), month: now.getUTCMonth(), day: now.getUTCDate() }
    : { year: now.getFullYear(), month: now.getMonth(), day: now.getDate() };
}

function weekdayOf(now: Date, zone: MomentZone): number {
  return zone === 'utc' ? now.getUTCDay() : now.getDay();
}

/** Where a clock is set forward, a time that it leaves out is an hour later. */
function dateOf({ year, month, day }: Day, { hours, minutes, seconds }: TimeOfDay, zone: MomentZone): Date {
  return zone === 'utc'
    ? new Date(Date.UTC(year, month, day, hours, minutes, seconds))
    : new Date(year, month, day, hours, minutes, seconds);
}

/** `2026-11-30 08:00 UTC`, for sentences of the engine, which does not know the zone of the reader; other text as it is. */
export function utcText(instant: string): string {
  return Number.isNaN(Date.parse(instant))
    ? instant
    : `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
