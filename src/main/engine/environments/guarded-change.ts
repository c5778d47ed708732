import { SlipwayError } from '../../../shared/errors.ts';
import type { Guard } from '../../../shared/model/environment.ts';
import { isWithin, windowText } from './release-window.ts';

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

/**
 * Throws INVALID_INPUT where a rule asks for a reason and there is none. `refusal`: what did not happen, as a sentence.
 */
export function requireReason(
  { reason }: Guard,
  { place, why = '' }: { readonly place: string; readonly why?: string | undefined },
  refusal = 'Nothing was sent.',
): void {
  if (reason !== 'required' || why.trim() !== '') return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `${refusal} A rule of environments.yml or slipway.yml asks for a reason for changes of ${place}. Give the reason and try again.`,
    { detail: { field: 'why' } },
  );
}
