import type { FleetRowState, FleetState, WavePause, WaveRules } from '../../../../shared/model/fleet.ts';
import type { Plan } from '../../../../shared/model/plan.ts';
import type { MarkKind } from '../../ui/mark.tsx';
import type { FleetDraft } from './fleet-draft.ts';

interface StateLabel {
  readonly kind: MarkKind;
  readonly word: string;
}

/** Only what has the image is green. */
export const ROW_STATES: Readonly<Record<FleetRowState, StateLabel>> = {
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

const FLEET_STATES: Readonly<Record<Exclude<FleetState, 'ended'>, StateLabel>> = {
  planned: { kind: 'idle', word: 'planned' },
  running: { kind: 'progress', word: 'under way' },
  paused: { kind: 'warning', word: 'waits for you' },
  stopping: { kind: 'warning', word: 'stopping' },
  interrupted: { kind: 'warning', word: 'interrupted' },
};

/** How a fleet stands; one that has ended is green only when every service has the image. */
export function fleetStateLabel(state: FleetState, rows: readonly FleetRowState[]): StateLabel {
  if (state !== 'ended') return FLEET_STATES[state];
  return rows.every((row) => row === 'succeeded')
    ? { kind: 'ok', word: 'succeeded' }
    : { kind: 'failed', word: 'did not succeed everywhere' };
}

/** Such as `2 changes`. */
export function changeCount({ images, differences, serviceDifferences }: Plan): string {
  const changed = images.filter(({ change }) => change !== 'unchanged' && change !== 'same-tag').length;
  const count = changed + differences.length + serviceDifferences.length;
  return count === 1 ? '1 change' : `${count} changes`;
}

/** Such as `1 service`. */
export function services(count: number): string {
  return count === 1 ? '1 service' : `${count} services`;
}

/** Such as `Wave 2, 5 services`. */
export function waveTitle(index: number, count: number): string {
  return `Wave ${index + 1}, ${services(count)}`;
}

/** What a fleet does between its waves, in a sentence or three. */
export function ruleLabel({ stopAfterFailures, rollBackOnStop, pause }: WaveRules): string {
  const stop =
    stopAfterFailures === 1
      ? 'It stops at the first failure'
      : `It stops after ${stopAfterFailures} failures`;
  const then = rollBackOnStop ? ' and rolls back what has the image.' : '. What has the image keeps it.';
  return `${stop}${then}${PAUSES[pause]}`;
}

const PAUSES: Readonly<Record<WavePause, string>> = {
  never: '',
  'after-first': ' After the first wave it waits for you.',
  'after-each': ' After each wave it waits for you.',
};

/** When a draft would stop, with how many of the chosen services that is. */
export function stopLabel({ stopAfter, stopUnit }: FleetDraft, chosen: number): string {
  const limit = stopUnit === 'failures' ? stopAfter : Math.ceil((chosen * Math.min(stopAfter, 100)) / 100);
  if (limit <= 1) return 'Each has to succeed as a whole.';
  return `With fewer than ${limit} failed services it goes on.`;
}
