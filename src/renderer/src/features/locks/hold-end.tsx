import type { Hold } from '../../../../shared/model/lock.ts';
import { formatInstant } from '../../lib/format.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { LOCK_TEXT } from './lock-text.ts';

/** When a hold ends by itself, within its sentence; nothing where a person has to end it. */
export function HoldEnd({ hold }: { readonly hold: Hold }) {
  const zone = useTimeZone();
  if (hold.until === undefined) return null;
  return <time dateTime={hold.until}>{LOCK_TEXT.heldUntil(formatInstant(hold.until, zone))}</time>;
}
