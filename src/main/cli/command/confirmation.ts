import { SlipwayError } from '../../../shared/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { Flags } from './flags.ts';

/** What is confirmed: the word that `--confirm` must have, or undefined where nothing is asked for. */
type Confirmed = Pick<Plan, 'service' | 'environment'> & { readonly confirmation?: string | undefined };

/** Throws INVALID_INPUT where `--confirm` is missing or another word. Nothing may have been sent before. */
export function requireConfirmation(flags: Flags, { service, environment, confirmation }: Confirmed): void {
  const given = flags.text('confirm');
  if (confirmation === undefined || given === confirmation) return;
  const wrong = given === undefined ? '' : `, not --confirm ${given}`;
  throw new SlipwayError(
    'INVALID_INPUT',
    `Nothing was sent, because ${service.cluster}/${service.service} is ${environment}. Add --confirm ${confirmation}${wrong}.`,
  );
}
