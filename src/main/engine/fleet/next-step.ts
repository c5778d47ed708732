import type { FleetRowState } from '../../../shared/model/fleet.ts';

/** What a fleet does next. `wait`: for what is under way. `hold-back`: what waits is not begun any more. */
export type NextStep =
  | { readonly kind: 'begin'; readonly wave: number }
  | { readonly kind: 'wait' }
  | { readonly kind: 'hold-back' }
  | { readonly kind: 'end' };

interface Standing {
  readonly waves: readonly (readonly FleetRowState[])[];
  readonly stopAfterFailures: number;
  /** A person has stopped it. */
  readonly isStopped: boolean;
}

/**
 * A wave begins when all of those before it are over, unless so many services have failed, or a person has stopped
 * the fleet: then no further one begins.
 */
export function nextStep({ waves, stopAfterFailures, isStopped }: Standing): NextStep {
  const states = waves.flat();
  const wave = waves.findIndex((each) => each.includes('waiting'));
  if (wave >= 0 && (isStopped || failuresIn(states) >= stopAfterFailures)) return { kind: 'hold-back' };
  if (states.some(isUnderWay)) return { kind: 'wait' };
  return wave < 0 ? { kind: 'end' } : { kind: 'begin', wave };
}

/** Whether a release to a service is going on, there or back. */
export function isUnderWay(state: FleetRowState): boolean {
  return state === 'deploying' || state === 'rolling-back';
}

/** How many services did not get what they should. One that was left alone has not got it either. */
export function failuresIn(states: readonly FleetRowState[]): number {
  return states.filter((state) => state === 'failed' || state === 'stale').length;
}
