import { SlipwayError } from '../../../shared/errors.ts';
import type { Guard } from '../../../shared/model/environment.ts';
import { isWithin, windowText } from './release-window.ts';
import { NO_TICKET, namesTicket } from './ticket.ts';

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
  requireChangeable({ readOnly }, place);
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

/** Throws PREFLIGHT_FAILED where a rule lets nothing be changed. */
export function requireChangeable({ readOnly }: Pick<Guard, 'readOnly'>, place: string): void {
  if (!readOnly) return;
  throw new SlipwayError(
    'PREFLIGHT_FAILED',
    `Nothing was sent. A rule of environments.yml or slipway.yml makes ${place} read-only.`,
  );
}

/** What is changed, and why. */
interface Reasoned {
  readonly place: string;
  readonly why?: string | undefined;
  /** A ticket or a pull request. */
  readonly link?: string | undefined;
}

/**
 * Throws INVALID_INPUT where a rule asks for a reason or a ticket and there is none. `refusal`: what did not happen, as a
 * sentence.
 */
export async function requireReason(
  { reason, ticket }: Pick<Guard, 'reason' | 'ticket'>,
  reasoned: Reasoned,
  refusal = 'Nothing was sent.',
): Promise<void> {
  const { place, why = '' } = reasoned;
  if (reason === 'required' && why.trim() === '') {
    throw new SlipwayError(
      'INVALID_INPUT',
      `${refusal} A rule of environments.yml or slipway.yml asks for a reason for changes of ${place}. Give the reason and try again.`,
      { detail: { field: 'why' } },
    );
  }
  await requireTicket(ticket, reasoned, refusal);
}

/** Throws INVALID_INPUT where neither the reason nor the link contains what the pattern of a rule asks for. */
export async function requireTicket(
  ticket: string | undefined,
  { place, why, link }: Reasoned,
  refusal: string,
): Promise<void> {
  if (ticket === undefined || (await namesTicket(ticket, [why, link]))) return;
  const sentence =
    ticket === NO_TICKET
      ? 'The ticket pattern of environments.yml is not valid, so that no reason fits it. Correct the file and try again.'
      : `A rule of environments.yml or slipway.yml asks for a ticket that matches ${ticket} for changes of ${place}. Name it in the reason or the link and try again.`;
  throw new SlipwayError('INVALID_INPUT', `${refusal} ${sentence}`, { detail: { field: 'why' } });
}
