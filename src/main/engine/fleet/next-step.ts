import type { FleetRowState, WavePause } from '../../../shared/model/fleet.ts';

/**
 * What a fleet does next. `wait`: for what is in progress. `pause`: a person says whether the wave starts. `hold-back`:
 * what waits is not started any more.
 */
export type NextStep =
  | { readonly kind: 'begin'; readonly wave: number }
  | { readonly kind: 'wait' }
  | { readonly kind: 'pause'; readonly wave: number }
  | { readonly kind: 'hold-back' }
  | { readonly kind: 'end' };

interface ReleaseState {
  readonly waves: readonly (readonly FleetRowState[])[];
  readonly stopAfterFailures: number;
  /** Failures that were reviewed before the fleet was resumed. */
  readonly forgiven: number;
  readonly pause: WavePause;
  /** The last wave, from 0, that a person has let start. */
  readonly agreed: number;
  /** A person has stopped it. */
  readonly isStopped: boolean;
}

/**
 * A wave starts when all of those before it have ended and nobody has to be asked, unless so many services have failed,
 * or a person has stopped the fleet: then no further one starts.
 */
export function nextStep(state: ReleaseState): NextStep {
  const { waves, stopAfterFailures, forgiven, isStopped } = state;
  const states = waves.flat();
  const wave = waves.findIndex((each) => each.includes('waiting'));
  const hasFailed = failuresIn(states) - forgiven >= stopAfterFailures;
  if (wave >= 0 && (isStopped || hasFailed)) return { kind: 'hold-back' };
  if (states.some(isInProgress)) return { kind: 'wait' };
  if (wave < 0) return { kind: 'end' };
  return asksBefore(wave, state) ? { kind: 'pause', wave } : { kind: 'begin', wave };
}

function asksBefore(wave: number, { pause, agreed }: ReleaseState): boolean {
  if (wave === 0 || wave <= agreed) return false;
  return pause === 'after-each' || (pause === 'after-first' && wave === 1);
}

/** Whether a release to a service is going on, there or back. */
export function isInProgress(state: FleetRowState): boolean {
  return state === 'deploying' || state === 'rolling-back';
}

/** How many services did not get what they should. One that was left alone has not got it either. */
export function failuresIn(states: readonly FleetRowState[]): number {
  return states.filter((state) => state === 'failed' || state === 'stale').length;
}
