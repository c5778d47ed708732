const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Bytes as people read them, in powers of 1000 as registries count: `84.1 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit] ?? ''}`;
}

/** Milliseconds as `6 min 02 s`; the two largest units. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

interface Transfer {
  readonly sentBytes: number;
  readonly totalBytes?: number | undefined;
  readonly bytesPerSecond?: number | undefined;
  readonly secondsLeft?: number | undefined;
}

/** How far a transfer is: `512 MB of 1.0 GB, 84.1 MB/s, about 6 s left`, without what can't be told. */
export function formatTransfer({ sentBytes, totalBytes, bytesPerSecond, secondsLeft }: Transfer): string {
  return [
    totalBytes === undefined
      ? formatBytes(sentBytes)
      : `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`,
    ...(bytesPerSecond === undefined ? [] : [`${formatBytes(bytesPerSecond)}/s`]),
    ...(secondsLeft === undefined ? [] : [`about ${formatDuration(secondsLeft * SECOND)} left`]),
  ].join(', ');
}

/** How long ago, in one unit: `now`, `26 min`, `5 h`, `3 d`, `2 mo`, `1 y`. */
export function formatAge(at: string, now: number): string {
  const age = now - Date.parse(at);
  if (age < MINUTE) return 'now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h`;
  if (age < 60 * DAY) return `${Math.floor(age / DAY)} d`;
  if (age < 730 * DAY) return `${Math.floor(age / (30 * DAY))} mo`;
  return `${Math.floor(age / (365 * DAY))} y`;
}

/** How long ago, to the second in the first minute: `12 s ago`. */
export function formatAgo(at: string, now: number): string {
  const age = now - Date.parse(at);
  if (age < MINUTE) return `${Math.max(0, Math.floor(age / SECOND))} s ago`;
  return `${formatAge(at, now)} ago`;
}

/** In which zone absolute times are written: that of this machine, or UTC. */
export type TimeZone = 'local' | 'utc';

/** The absolute time: `2026-11-20 16:20:04`, in UTC with ` UTC` after it. */
export function formatInstant(at: string, zone: TimeZone): string {
  return zone === 'utc' ? `${digitsOf(at, zone).slice(0, 19)} UTC` : digitsOf(at, zone).slice(0, 19);
}

/** The absolute time in few characters: `16:20` of today, `11-20 16:20` of this year, `2025-11-20` before. */
export function formatShortInstant(at: string, now: number, zone: TimeZone): string {
  const text = digitsOf(at, zone);
  const today = digitsOf(new Date(now).toISOString(), zone);
  if (text.slice(0, 10) === today.slice(0, 10)) return text.slice(11, 16);
  return text.slice(0, 4) === today.slice(0, 4) ? text.slice(5, 16) : text.slice(0, 10);
}

/** The time of day to the millisecond, as in a log: `15:51:33.061`. */
export function formatClock(at: string, zone: TimeZone): string {
  return digitsOf(at, zone).slice(11);
}

/** `2026-11-20 16:20:04.061` in the zone. */
function digitsOf(at: string, zone: TimeZone): string {
  const date = new Date(at);
  const shift = zone === 'utc' ? 0 : date.getTimezoneOffset() * MINUTE;
  return new Date(date.getTime() - shift).toISOString().slice(0, 23).replace('T', ' ');
}

/** The first eight hexadecimal digits of a digest, as it is shown: `9f2c41ab`. */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, 8);
}
