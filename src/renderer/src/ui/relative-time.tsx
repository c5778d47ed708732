import { useAppearance } from '../lib/appearance.ts';
import { useTimeText } from '../lib/clock.ts';
import { formatAge, formatAgo, formatInstant, formatShortInstant } from '../lib/format.ts';
import { useTimeZone } from '../lib/time-zone.ts';

interface TimeProps {
  /** ISO 8601. */
  readonly at: string;
}

/**
 * How long ago, as `26 min ago`, with the absolute time on hover; keeps itself up to date. The absolute time alone where
 * the person has chosen that.
 */
export function RelativeTime({ at }: TimeProps) {
  const { times } = useAppearance();
  const zone = useTimeZone();
  const text = useTimeText((now) => (times === 'relative' ? formatAgo(at, now) : formatInstant(at, zone)));
  return (
    <time dateTime={at} title={formatInstant(at, zone)}>
      {text}
    </time>
  );
}

/** The same in the fewest characters, for a line of a list: `26 min`. */
export function Age({ at }: TimeProps) {
  const { times } = useAppearance();
  const zone = useTimeZone();
  const text = useTimeText((now) =>
    times === 'relative' ? formatAge(at, now) : formatShortInstant(at, now, zone),
  );
  return (
    <time dateTime={at} title={formatInstant(at, zone)}>
      {text}
    </time>
  );
}
