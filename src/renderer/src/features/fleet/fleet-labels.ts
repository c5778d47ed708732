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
  planned: { kind: 'idle', word: 'Not started' },
  waiting: { kind: 'idle', word: 'Waiting' },
  deploying: { kind: 'progress', word: 'In progress' },
  succeeded: { kind: 'ok', word: 'Succeeded' },
  failed: { kind: 'failed', word: 'Failed' },
  stale: { kind: 'warning', word: 'Changed since review' },
  'rolling-back': { kind: 'progress', word: 'Rolling back' },
  'rolled-back': { kind: 'warning', word: 'Rolled back' },
  'held-back': { kind: 'idle', word: 'Not started' },
};

const FLEET_STATES: Readonly<Record<Exclude<FleetState, 'ended'>, StateLabel>> = {
  planned: { kind: 'idle', word: 'Not started' },
  running: { kind: 'progress', word: 'In progress' },
  paused: { kind: 'warning', word: 'Waiting for approval' },
  stopping: { kind: 'warning', word: 'Stopping' },
  interrupted: { kind: 'warning', word: 'Interrupted' },
};

/** The state of a fleet; one that has ended is green only when every service was updated. */
export function fleetStateLabel(state: FleetState, rows: readonly FleetRowState[]): StateLabel {
  if (state !== 'ended') return FLEET_STATES[state];
  if (rows.every((row) => row === 'succeeded')) return { kind: 'ok', word: 'Succeeded' };
  if (rows.some((row) => row === 'failed' || row === 'stale')) return { kind: 'failed', word: 'Failed' };
  if (rows.includes('rolled-back')) return { kind: 'warning', word: 'Rolled back' };
  return { kind: 'idle', word: 'Stopped' };
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
      ? 'The release stops at the first failure'
      : `The release stops after ${stopAfterFailures} failures`;
  const then = rollBackOnStop
    ? ' and rolls back the updated services.'
    : '. Updated services keep the new image.';
  return `${stop}${then}${PAUSES[pause]}`;
}

const PAUSES: Readonly<Record<WavePause, string>> = {
  never: '',
  'after-first': ' It waits for your approval after the first wave.',
  'after-each': ' It waits for your approval after each wave.',
};

/** When a draft would stop, with how many of the chosen services that is. */
export function stopLabel({ stopAfter, stopUnit }: FleetDraft, chosen: number): string {
  const limit = stopUnit === 'failures' ? stopAfter : Math.ceil((chosen * Math.min(stopAfter, 100)) / 100);
  if (limit <= 1) return 'Stops at the first failed service.';
  return `Continues while fewer than ${limit} services have failed.`;
}
