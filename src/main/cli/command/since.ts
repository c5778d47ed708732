import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Checks a time such as `10m`, `2h` or `2026-11-20T10:00:00Z`; sinceTime gives it its meaning. */
export function sinceText(text: string): string {
  if (/^\d{1,6}[smhd]$/.test(text)) return text;
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError(
    'Give an age such as 10m, 2h or 1d, or a time such as 2026-11-20T10:00:00Z.',
  );
}

/** The moment that a text of sinceText means, as ISO 8601 in UTC. */
export function sinceTime(text: string, now: Date): string {
  const isAge = /^\d+[smhd]$/.test(text);
  return new Date(isAge ? now.getTime() - durationMs(text) : Date.parse(text)).toISOString();
}

/** Checks a time such as `2h`, `3d` or `2026-11-30T08:00:00Z`; untilTime converts it. */
export function untilText(text: string): string {
  if (/^\d{1,6}[smhd]$/.test(text)) return text;
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('Give a duration such as 2h or 3d, or a time such as 2026-11-30T08:00:00Z.');
}

/** The moment that a text of untilText means, as ISO 8601 in UTC. */
export function untilTime(text: string, now: Date): string {
  const isDuration = /^\d+[smhd]$/.test(text);
  return new Date(isDuration ? now.getTime() + durationMs(text) : Date.parse(text)).toISOString();
}

/** Checks a duration such as `90s`, `10m` or `2h`. */
export function durationText(text: string): string {
  if (/^[1-9]\d{0,4}[smh]$/.test(text)) return text;
  throw new InvalidArgumentError('Give a duration such as 90s, 10m or 2h.');
}

/** Milliseconds of a checked duration. */
export function durationMs(text: string): number {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return Number(count) * (UNIT_MS[unit] ?? 0);
}
