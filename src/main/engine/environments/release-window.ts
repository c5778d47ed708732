import { SlipwayError } from '../../../shared/errors.ts';
import type { Guard, ReleaseWindow } from '../../../shared/model/environment.ts';

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

/** A change that has no plan, such as the creation of a repository. */
interface UnplannedChange {
  /** What is guarded, for a sentence. */
  readonly place: string;
  /** The word that confirms the change where a name is asked for. */
  readonly word: string;
  readonly confirmation?: string | undefined;
  readonly overrides?: readonly string[] | undefined;
}

/**
 * Throws PREFLIGHT_FAILED where the guard lets nothing be changed, and outside its window without the override
 * `release-window`; INVALID_INPUT where the change is not confirmed.
 */
export function requireGuardAllows(
  { readOnly, window, confirm, environment }: Guard,
  { place, word, confirmation, overrides = [] }: UnplannedChange,
  now: Date,
): void {
  if (readOnly) {
    throw new SlipwayError(
      'PREFLIGHT_FAILED',
      `Nothing was sent. A rule of environments.yml or slipway.yml makes ${place} read-only.`,
    );
  }
  if (window !== undefined && !isWithin(window, now) && !overrides.includes('release-window')) {
    throw new SlipwayError(
      'PREFLIGHT_FAILED',
      `Nothing was sent. Changes of ${place} are allowed ${windowText(window)} only. Wait for the window, or override the check release-window.`,
    );
  }
  if (confirm !== 'name' || confirmation === word) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `Nothing was sent, because ${place} is ${environment}. Confirm the change with ${word}.`,
  );
}
