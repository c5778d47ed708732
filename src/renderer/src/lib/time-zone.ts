import { useAppearance } from './appearance.ts';
import { formatInstant, type TimeZone } from './format.ts';

/** The zone in which the person wants absolute times. */
export function useTimeZone(): TimeZone {
  return useAppearance().times === 'utc' ? 'utc' : 'local';
}

/** Writes an absolute time in the zone that the person wants. */
export function useFormatInstant(): (at: string) => string {
  const zone = useTimeZone();
  return (at) => formatInstant(at, zone);
}
