import type { Clock } from '../clock.ts';

/**
 * A record with its times as they are stored: what has been is told in the wall's time, because the sandbox's clock
 * begins with that again, and what is to come keeps its distance from the present.
 */
export function storedTimes<Record>(record: Record, clock: Clock): Record {
  const now = clock.now();
  const wallNow = clock.toWallTime(now).getTime();
  // The copy has the shape of the record, which the compiler cannot follow through the recursion.
  return mapTimes(record, (time) =>
    time <= now ? clock.toWallTime(time) : new Date(wallNow + time.getTime() - now.getTime()),
  ) as Record;
}

function mapTimes(value: unknown, map: (time: Date) => Date): unknown {
  if (value instanceof Date) return map(value);
  if (Array.isArray(value)) return value.map((item: unknown) => mapTimes(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTimes(member, map)]));
}
