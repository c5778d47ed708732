import type { FleetRowState, FleetState, PlannedMember } from '../../../../shared/model/fleet.ts';
import type { Plan } from '../../../../shared/model/plan.ts';
import type { MarkKind } from '../../ui/mark.tsx';

interface StateWords {
  readonly kind: MarkKind;
  readonly word: string;
}

/** Only what has the image is green. */
export const ROW_STATES: Readonly<Record<FleetRowState, StateWords>> = {
  planned: { kind: 'idle', word: 'planned' },
  waiting: { kind: 'idle', word: 'waiting' },
  deploying: { kind: 'progress', word: 'deploying' },
  succeeded: { kind: 'ok', word: 'succeeded' },
  failed: { kind: 'failed', word: 'failed' },
  stale: { kind: 'warning', word: 'changed since' },
  'rolling-back': { kind: 'progress', word: 'rolling back' },
  'rolled-back': { kind: 'warning', word: 'rolled back' },
  'held-back': { kind: 'idle', word: 'held back' },
};

const FLEET_STATES: Readonly<Record<Exclude<FleetState, 'ended'>, StateWords>> = {
  planned: { kind: 'idle', word: 'planned' },
  running: { kind: 'progress', word: 'under way' },
  stopping: { kind: 'warning', word: 'stopping' },
  interrupted: { kind: 'warning', word: 'interrupted' },
};

/** How a fleet stands; one that has ended is green only when every service has the image. */
export function fleetStateWords(state: FleetState, rows: readonly FleetRowState[]): StateWords {
  if (state !== 'ended') return FLEET_STATES[state];
  return rows.every((row) => row === 'succeeded')
    ? { kind: 'ok', word: 'succeeded' }
    : { kind: 'failed', word: 'did not succeed everywhere' };
}

/** Such as `2 changes`. */
export function changeCount({ images, differences, serviceDifferences }: Plan): string {
  const changed = images.filter(({ change }) => change !== 'unchanged').length;
  const count = changed + differences.length + serviceDifferences.length;
  return count === 1 ? '1 change' : `${count} changes`;
}

/** Whether a service of a plan keeps the whole from being carried out. */
export function isBlocked({ plan }: PlannedMember): boolean {
  return plan?.canExecute !== true;
}

/** Services that cannot go first, in the order of the wave otherwise. */
export function blockedFirst(wave: readonly PlannedMember[]): readonly PlannedMember[] {
  return wave.toSorted((one, other) => Number(isBlocked(other)) - Number(isBlocked(one)));
}
