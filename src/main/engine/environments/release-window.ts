import type { ReleaseWindow } from '../../../shared/model/team-rules.ts';

/** When releases are allowed, for a sentence. */
export function windowText({ days, from, to, timeZone }: ReleaseWindow): string {
  return `${days.join(', ')} ${from} to ${to} (${timeZone})`;
}

/** Whether a moment is within the window, on the clock of its time zone. */
export function isWithin({ days, from, to, timeZone }: ReleaseWindow, moment: Date): boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const day = parts.get('weekday')?.toLowerCase();
  const time = `${parts.get('hour')}:${parts.get('minute')}`;
  return days.some((each) => each === day) && from <= time && time < to;
}
